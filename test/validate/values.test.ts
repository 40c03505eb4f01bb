import { describe, expect, it } from 'vitest';
import { isDocumentRef, isEmail, normalSiret, normalVat } from '../../src/validate/cells/identifiers.ts';
import {
  countryCode,
  currencyCode,
  entryTypeReader,
  languageCode,
  truth,
} from '../../src/validate/cells/vocabulary.ts';
import { client, entry } from './support.ts';

describe('a SIREN or SIRET', () => {
  it.each([
    ['732829320', '732829320'],
    ['732 829 320 00074', '73282932000074'],
    ['35600000000048', '35600000000048'],
    ['356 000 000', '356000000'],
    ['35600000049837', '35600000049837'],
    ['5410220', '005410220'],
  ])('%s is valid', (text, value) => {
    expect(normalSiret(text)).toEqual({ value, valid: true });
  });

  it.each(['732829321', '73282932000075', '12345', '35600000049838', 'abc'])('%s is kept, with a warning', (text) => {
    expect(normalSiret(text).valid).toBe(false);
    expect(client({ SIRET: text })).toMatchObject({ rows: [{ siret: text }], warned: ['invalid_siret siret'] });
  });

  it('rounded by a spreadsheet is lost: the cell is dropped, the row is kept', () => {
    expect(client({ SIRET: '3,62521E+13' })).toMatchObject({
      rows: [{ siret: null }],
      warned: ['rounded_number siret'],
    });
  });
});

describe('other identifiers are checked for their form, and kept', () => {
  it.each([
    ['FR 83 404 833 048', 'FR83404833048', true],
    ['FRXX999999999', 'FRXX999999999', true],
    ['DE123456789', 'DE123456789', true],
    ['CHE-123.456.789', 'CHE123456789', true],
    ['FR8340483304', 'FR8340483304', false],
    ['404833048', '404833048', false],
  ])('VAT number %s', (text, value, valid) => {
    expect(normalVat(text)).toEqual({ value, valid });
    expect(client({ 'TVA intra': text }).warned).toEqual(valid ? [] : ['invalid_vat_number vat_number']);
  });

  it.each(['a@b.fr', 'compta+relance@sous.domaine.exemple.fr', 'é@exemple.fr', "o'neil@exemple.fr"])(
    '%s is an e-mail address',
    (text) => {
      expect(isEmail(text)).toBe(true);
    },
  );

  it.each([
    'a@b',
    '@b.fr',
    'a b@c.fr',
    'a@b.fr;c@d.fr',
    'a..b@c.fr',
    '.a@b.fr',
    'a@-b.fr',
    'a@b.fr.',
    'x'.repeat(65) + '@b.fr',
  ])('%s is none', (text) => {
    expect(isEmail(text)).toBe(false);
    expect(client({ Email: text })).toMatchObject({ rows: [{ email: text }], warned: ['invalid_email email'] });
  });

  it('a document is a file name or an https address; anything else is dropped', () => {
    for (const text of ['F-2026 001.pdf', 'https://exemple.fr/f?id=1']) {
      expect(isDocumentRef(text)).toBe(true);
      expect(entry({ 'Pièce jointe': text }).rows[0]?.['document_ref']).toBe(text);
    }
    for (const text of [
      'http://exemple.fr/f.pdf',
      'javascript:alert(1)',
      '../secret.pdf',
      'C:\\f.pdf',
      'https://',
      'https://a b',
    ])
      expect(entry({ 'Pièce jointe': text })).toMatchObject({
        rows: [{ document_ref: null }],
        warned: ['invalid_document_ref document_ref'],
      });
  });

  it('an account that is no customers’ account is kept, with a warning', () => {
    expect(client({ 'Compte collectif': '411000' }).warned).toEqual([]);
    expect(client({ 'Compte collectif': '401000' })).toMatchObject({
      rows: [{ account: '401000' }],
      warned: ['account_not_411 account'],
    });
  });
});

describe('vocabularies', () => {
  it.each([
    ['France', 'FR'],
    ['FRANCE', 'FR'],
    ['fr', 'FR'],
    ['FRA', 'FR'],
    ['Allemagne', 'DE'],
    ['Germany', 'DE'],
    ['États-Unis', 'US'],
    ['Etats Unis', 'US'],
    ['USA', 'US'],
    ['United Kingdom', 'GB'],
    ['UK', 'GB'],
    ['Royaume-Uni', 'GB'],
    ['Côte d’Ivoire', 'CI'],
    ['Réunion', 'RE'],
  ])('country %s is %s', (text, code) => {
    expect(countryCode(text)).toBe(code);
  });

  it('a country, language or currency that does not exist is left out', () => {
    expect(['Ruritanie', 'DD', 'ZZ', 'EU'].map(countryCode)).toEqual([undefined, undefined, undefined, undefined]);
    const outcome = client({ Pays: 'Ruritanie', Langue: 'klingon', Devise: 'XYZ' });
    expect(outcome.rows[0]).toMatchObject({ country: null, language: null, currency: 'EUR' });
    expect(outcome.warned).toEqual([
      'unknown_country country',
      'unknown_language language',
      'unknown_currency currency',
    ]);
  });

  it('languages and currencies', () => {
    expect(['fr', 'FR', 'fra', 'Français', 'French', 'fr-FR', 'anglais', 'de_AT'].map(languageCode)).toEqual([
      'fr',
      'fr',
      'fr',
      'fr',
      'fr',
      'fr',
      'en',
      'de',
    ]);
    expect(['EUR', 'eur', '€', 'Euros', 'usd', '£'].map(currencyCode)).toEqual([
      'EUR',
      'EUR',
      'EUR',
      'EUR',
      'USD',
      'GBP',
    ]);
    expect(client({ Devise: '' }).rows[0]?.['currency']).toBe('EUR');
  });

  it('yes and no', () => {
    for (const text of ['1', 'oui', 'OUI', 'O', 'true', 'VRAI', 'x', 'yes', '-1']) expect(truth(text), text).toBe(true);
    for (const text of ['0', 'non', 'N', 'false', 'Faux', 'no']) expect(truth(text), text).toBe(false);
    expect(truth('peut-être')).toBeUndefined();
  });

  it('entry types by code and name', () => {
    const read = entryTypeReader();
    const types = {
      FAC: 'invoice',
      Facture: 'invoice',
      AVO: 'credit_note',
      avoir: 'credit_note',
      RGL: 'payment',
      Règlement: 'payment',
      TRT: 'draft',
      DPA: 'draft',
      OD: 'misc',
      credit_note: 'credit_note',
    };
    for (const [text, type] of Object.entries(types)) expect(read(text), text).toBe(type);
  });

  it('know no word by accident of the language they are written in', () => {
    for (const text of ['constructor', 'toString', '__proto__', 'valueOf'])
      for (const read of [entryTypeReader({}), countryCode, currencyCode, languageCode, truth])
        expect(read(text)).toBeUndefined();
    expect(entry({ Échéance: '31 constructor 2026', Type: 'toString' }).warned).toEqual([
      'invalid_date due_date',
      'unknown_entry_type entry_type',
    ]);
  });

  it('an entry without a known type takes it from its side', () => {
    expect(entry({ Type: 'AVO' }).rows[0]?.['entry_type']).toBe('credit_note');
    expect(entry({ Type: '' })).toMatchObject({ rows: [{ entry_type: 'invoice' }], warned: [] });
    expect(entry({ Type: '???' })).toMatchObject({
      rows: [{ entry_type: 'invoice' }],
      warned: ['unknown_entry_type entry_type'],
    });
  });
});

describe('the rules of the clients’ columns', () => {
  it('active is the contrary of sommeil and bloqué', () => {
    expect(client({ Actif: 'oui' }).rows[0]?.['active']).toBe('t');
    expect(client({ Actif: 'non' }).rows[0]?.['active']).toBe('f');
    expect(client({ Sommeil: '1' }).rows[0]?.['active']).toBe('f');
    expect(client({ Bloqué: 'non' }).rows[0]?.['active']).toBe('t');
    expect(client({ Sommeil: '' }).rows[0]?.['active']).toBe('t');
    expect(client({ Dormant: '1' }, { mapping: { columns: { active: 'Dormant' } } }).rows[0]?.['active']).toBe('t');
    expect(client({ Actif: 'bof' })).toMatchObject({ rows: [{ active: 't' }], warned: ['invalid_bool active'] });
  });

  it.each([
    ['30', '30'],
    ['45 jours', '45'],
    ['60j', '60'],
    ['0', '0'],
    ['365', '365'],
    ['030', '30'],
    ['30,00', '30'],
  ])('terms of %j are %s days', (text, days) => {
    expect(client({ Délai: text }).rows[0]?.['payment_term_days']).toBe(days);
  });

  it.each(['366', '-1', '30 FDM', 'comptant'])('terms of %j are left out', (text) => {
    expect(client({ Délai: text })).toMatchObject({
      rows: [{ payment_term_days: null }],
      warned: ['invalid_days payment_term_days'],
    });
  });

  it('a credit limit is not negative', () => {
    expect(client({ Plafond: '1 000,50' }).rows[0]?.['credit_limit']).toBe('1000.50');
    expect(client({ Plafond: '-1' })).toMatchObject({
      rows: [{ credit_limit: null }],
      warned: ['negative_credit_limit credit_limit'],
    });
  });

  it('the company is the tenant’s own where the file does not name it', () => {
    const tenant = { defaultCompany: 'A\\B', fecAccounts: [] };
    expect(client({}, { tenant }).rows[0]?.['company']).toBe('A\\B');
    expect(client({ Société: '' }, { tenant }).rows[0]?.['company']).toBe('A\\B');
    expect(client({ Société: 'Filiale' }, { tenant }).rows[0]?.['company']).toBe('Filiale');
  });
});
