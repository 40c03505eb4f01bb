import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ArrivageError } from '../../src/errors.ts';
import { type Input, validate } from './support.ts';

// Lines in the form of two real exports: two that are on no customers' account, seven that are.
const [header = [], ...rows] = readFileSync(new URL('../fixtures/validate/fec.txt', import.meta.url), 'utf8')
  .split('\n')
  .slice(0, -1)
  .map((line) => line.split('\t'));

const fec = (options: Partial<Input> = {}) => validate('ecritures', { fec: true, header, rows, ...options });

/** One line on a customers' account, with these cells instead. */
const line = (cells: Record<string, string>, names = header): string[] =>
  names.map(
    (name) =>
      cells[name] ??
      {
        EcritureDate: '20260131',
        CompteNum: '411000',
        CompAuxNum: 'C1',
        PieceRef: 'F1',
        Debit: '12,00',
        Credit: '0,00',
        Montant: '12,00',
      }[name] ??
      '',
  );
const one = (cells: Record<string, string>, options: Partial<Input> = {}) => fec({ rows: [line(cells)], ...options });

describe('of an FEC', () => {
  it('the lines on customers’ accounts are entries; the others are skipped, and are no rejections', () => {
    const outcome = fec();
    expect(outcome.result).toMatchObject({ read: 8, accepted: 6, rejected: 0, skipped: 2 });
    expect(outcome.rows[0]).toMatchObject({
      client_code: 'CPORT',
      journal: 'ANO',
      piece_number: 'RAN',
      entry_type: 'invoice',
      entry_date: '2021-09-01',
      amount: '34.71',
      label: 'Report à nouveau',
      letter: null,
    });
  });

  it('what the data model has no column for is kept, without a warning', () => {
    const outcome = fec();
    expect(JSON.parse(outcome.rows[0]?.['extra'] ?? '')).toEqual({
      CompteNum: '411000',
      EcritureNum: '1',
      PieceDate: '20210901',
      ValidDate: '20220726',
    });
    // An excerpt does not balance.
    expect(outcome.warned).toEqual(['fec_unbalanced']);
  });

  it('the clients are found too, each once, with the same key as in a file of clients', () => {
    const { clients, result } = fec();
    expect(clients.map(({ client_code, name, account }) => [client_code, name, account])).toEqual([
      ['CPORT', 'JARDIN DU PORT', '411000'],
      ['CMARTI', 'MARTIN PRIMEURS', '411000'],
      ['411100000', 'CLIENTS', '411100000'],
    ]);
    expect(result.fecClients).toBe(3);
    const file = validate('clients', {
      header: ['CompAuxNum', 'CompAuxLib', 'CompteNum'],
      rows: [['CPORT', 'JARDIN DU PORT', '411000']],
    });
    expect(file.rows[0]).toMatchObject({ key: clients[0]?.['key'], row_hash: clients[0]?.['row_hash'] });
  });

  it('a line without an auxiliary account belongs to the ledger account, one without a reference to its number', () => {
    const {
      rows: [row],
      clients,
    } = one({ CompAuxNum: '', CompteNum: '411DUPONT', CompteLib: 'Dupont', PieceRef: '', EcritureNum: '77' });
    expect(row).toMatchObject({ client_code: '411DUPONT', piece_number: '77' });
    expect(clients[0]).toMatchObject({ client_code: '411DUPONT', name: 'Dupont' });
    expect(one({ CompAuxLib: '' }).clients[0]).toMatchObject({ name: 'C1' });
  });

  it('a line that breaks a rule is rejected, and names no client', () => {
    expect(one({ EcritureDate: '20261301' })).toMatchObject({ refused: ['invalid_date entry_date'], clients: [] });
    expect(one({ CompteNum: '' }).refused).toEqual(['missing_value account']);
    expect(one({ PieceRef: '', EcritureNum: '' }).refused).toEqual(['missing_value piece_number']);
    expect(one({ Debit: '1,00', Credit: '1,00' }).refused).toEqual(['debit_and_credit debit']);
  });

  it('the tenant says which accounts count', () => {
    const tenant = { defaultCompany: 'ACME', fecAccounts: ['416', '4111'] };
    const outcome = fec({ tenant });
    expect(outcome.rows.map(({ company, client_code }) => [company, client_code])).toEqual([
      ['ACME', '411100000'],
      ['ACME', '411100000'],
    ]);
    expect(one({ CompteNum: '41600' }, { tenant }).rows).toHaveLength(1);
  });

  it('lettering, currency and the columns of the longer variants are read', () => {
    const names = [...header, 'DateRglt', 'ModeRglt', 'NatOp', 'IdClient'];
    const cells = {
      EcritureLet: 'aA',
      DateLet: '20260201',
      Montantdevise: '15,00',
      Idevise: 'USD',
      DateRglt: '20260202',
      ModeRglt: 'VIR',
      NatOp: 'Vente',
    };
    const [row] = fec({ header: names, rows: [line(cells, names)] }).rows;
    expect(row).toMatchObject({
      letter: 'aA',
      letter_date: '2026-02-01',
      amount_currency: '15.00',
      currency: 'USD',
      settled_date: '2026-02-02',
      payment_mode: 'VIR',
    });
    expect(JSON.parse(row?.['extra'] ?? '')).toMatchObject({ NatOp: 'Vente' });
  });

  it('amount and side may stand instead of debit and credit', () => {
    const names = header.map((name) => ({ Debit: 'Montant', Credit: 'Sens' })[name] ?? name);
    const amounts = (...sides: string[]) =>
      fec({ header: names, rows: sides.map((side) => line({ Sens: side }, names)) }).rows.map(({ amount }) => amount);
    expect(amounts('D', 'C')).toEqual(['12.00', '-12.00']);
    expect(amounts('1', '-1')).toEqual(['12.00', '-12.00']);
    expect(amounts('1')).toEqual(['12.00']);
  });

  it('a number of the entry may be its id where the mapping says that it is unique', () => {
    const mapping = { columns: { entry_id: 'EcritureNum' } };
    expect(one({ EcritureNum: '77' }, { mapping }).rows[0]).toMatchObject({ entry_id: '77' });
  });

  it('the ledger account is the client’s code where the mapping says so', () => {
    const mapping = { columns: { client_code: 'CompteNum' } };
    const outcome = one({ CompteNum: '411DUPONT', CompAuxLib: 'Dupont' }, { mapping });
    expect(outcome.rows[0]).toMatchObject({ client_code: '411DUPONT' });
    expect(outcome.clients[0]).toMatchObject({ client_code: '411DUPONT', account: '411DUPONT', name: 'Dupont' });
    expect(one({ CompteNum: '401000' }, { mapping }).result).toMatchObject({ skipped: 1 });
  });

  it('a header without the accounts is refused', () => {
    expect(() =>
      validate('ecritures', { fec: true, header: header.filter((name) => name !== 'CompteNum'), rows: [] }),
    ).toThrow(ArrivageError);
  });
});
