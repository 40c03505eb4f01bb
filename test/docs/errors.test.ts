import { describe, expect, it } from 'vitest';
import { reasons } from '../../src/errors/reasons.ts';
import { catalogue } from '../../src/errors.ts';
import { findings } from '../../src/validate/messages.ts';
import { codeIn, tableUnder } from './tables.ts';

describe('docs/errors.md tells operators all that the code may answer, and nothing else', () => {
  it('every refusal with who can act, whether to try again, its replies and its texts', () => {
    const documented = tableUnder('errors.md', 'Refusals').map(([code = '', ...rest]) => [codeIn(code), ...rest]);
    const entries = Object.entries(catalogue).map(([code, { audience, retryable, ftp, sftp, http, fr, en }]) => [
      code,
      audience,
      retryable ? 'yes' : 'no',
      ...[ftp, sftp, http].map(String),
      fr,
      en,
    ]);
    expect(documented).toEqual(entries);
  });

  it('every reason with its texts', () => {
    const documented = tableUnder('errors.md', 'Reasons').map(([code = '', ...rest]) => [codeIn(code), ...rest]);
    expect(documented).toEqual(Object.entries(reasons).map(([code, { fr, en }]) => [code, fr, en]));
  });

  it('every finding with what it does and its texts', () => {
    const documented = tableUnder('errors.md', 'Findings').map(([code = '', ...rest]) => [codeIn(code), ...rest]);
    expect(documented).toEqual(
      Object.entries(findings).map(([code, { kind, doubt, fr, en }]) => [code, kind, doubt ? 'yes' : 'no', fr, en]),
    );
  });
});
