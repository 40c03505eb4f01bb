/**
 * What lies beside an export in a folder that a program copies whole: known by its name, however it is written. What a
 * system, an office program or a transfer tool leaves behind holds no rows of today, whatever its bytes are.
 */
export type Beside = 'system_file' | 'lock_file' | 'backup_copy' | 'checksum_file' | 'end_marker';

const folders = /^(?:@eadir|@tmp|@recycle|#recycle|#snapshot|\.snapshots?|\.trash(?:es|-\d+)?|__macosx|\.appledouble)$/;

const names: readonly (readonly [Beside, RegExp])[] = [
  [
    'system_file',
    /^(?:(?:eh)?thumbs(?:_vista)?(?: \(\d+\))?\.db|desktop(?: \(\d+\))?\.ini|autorun\.inf|folder\.jpg|albumart.*\.jpg|\.ds_store|\.localized|\.directory|\.nomedia|\.hidden|\.apdisk|icon\r?|\.git(?:ignore|keep|attributes)|\.keep|\.htaccess|\.nfs.+|\.fuse_hidden.+|\._.+|\.sync.*|\.owncloud.*|\.dropbox.*|.+\.(?:lnk|url|webloc|desktop))$/,
  ],
  ['lock_file', /^(?:~\$.+|\.~lock\..+|.+\.(?:lck|lock|laccdb|ldb|pid)|\.#.+|#.+#)$/],
  [
    'backup_copy',
    /^.+(?:~|\.(?:bak|backup|old|orig|sav|wbk|xlk|asd|sw[op]|tmp|temp|part|partial|filepart|crdownload|download)(?:\.?\d+)?)$/,
  ],
  [
    'checksum_file',
    /^(?:.+\.(?:md5|sha|sha1|sha224|sha256|sha384|sha512|crc|crc32|sfv|sig|sum)|(?:md5|sha\d*)sums?(?:\.txt)?|checksums?(?:\.txt)?)$/,
  ],
  [
    'end_marker',
    /^(?:.+\.(?:ok|done|flag|flg|ready|rdy|end|eof|eot|fin|trg|trigger|sem|go|complete|completed|success|finished|ack|ctl)|_success|(?:fin|end|done|ok|eof|termine|ready)(?:\.txt)?)$/,
  ],
];

/** @param path a file's name, with its folders or without; a pattern is taken as a name */
export function besideByName(path: string): Beside | undefined {
  const parts = folded(path).split('/');
  const name = parts.pop() ?? '';
  if (parts.some((folder) => folders.test(folder))) return 'system_file';
  return names.find(([, pattern]) => pattern.test(name))?.[0];
}

/**
 * Whether a pattern that matches a name means that file: `ECRITURES*` also matches `ECRITURES.csv.md5`, and `*.csv` the
 * `._ECRITURES.csv` of a Mac, but only a pattern that spells such a name asks for it.
 */
export function asksFor(pattern: string, name: string): boolean {
  const beside = besideByName(name);
  return beside === undefined || besideByName(pattern) === beside;
}

/** Names of what programs and people write about an export; one that holds rows all the same is an export. */
export const isNoteByName = (path: string): boolean =>
  /(?:\.log(?:\.\d+)?|\.trace|\.err)$|^(?:readme|lisez[ -]?moi|lire[ -]?moi|license|licence|changelog)(?:[. _-].*)?$/.test(
    baseOf(path),
  );

/** Endings under which exports come; a name without one may be anything. */
export const hasDataEnding = (path: string): boolean =>
  /\.(?:csv|txt|tsv|tab|dat|asc|prn|fec|xls[xmb]?|xlt[xm]?|ods)$/.test(baseOf(path));

/** Words of a file of no bytes whose being there says something. */
export const isFlagByName = (path: string): boolean =>
  !hasDataEnding(path) ||
  /(?:^|[^a-z])(?:ok|fin|done|end|eof|ready|success|complete|flag|termine|transfert)(?:[^a-z]|$)/.test(baseOf(path));

const baseOf = (path: string): string => folded(path).split('/').at(-1) ?? '';
const folded = (path: string): string => path.normalize('NFC').toLowerCase();
