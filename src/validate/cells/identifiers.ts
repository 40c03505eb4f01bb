/**
 * The Luhn check of a SIREN (9 digits) or a SIRET (14). La Poste's establishments (SIREN 356 000 000) fail it, and have
 * a sum of digits that is a multiple of 5 instead (INSEE).
 */
function isSiret(digits: string): boolean {
  if (!/^(\d{9}|\d{14})$/.test(digits)) return false;
  if (luhn(digits)) return true;
  return /^356000000\d{5}$/.test(digits) && digitSum(digits) % 5 === 0;
}

const digitSum = (digits: string): number => Array.from(digits, Number).reduce((sum, digit) => sum + digit, 0);

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(digits.length - 1 - i) - 0x30;
    const weighed = i % 2 === 0 ? digit : digit * 2;
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** A SIREN or SIRET as it is stored: digits alone, and with the zeros that a spreadsheet took if that makes it right. */
export function normalSiret(text: string): { value: string; valid: boolean } {
  // `732829320.0`: a program took it for a number.
  const digits = text.replace(/^(\d+)[.,]0+$/, '$1').replace(/[\s.\u00a0\u202f-]/g, '');
  for (const value of [digits, digits.padStart(9, '0'), digits.padStart(14, '0')])
    if (isSiret(value)) return { value, valid: true };
  return { value: /^\d+$/.test(digits) ? digits : text, valid: false };
}

/** The shape of a VAT number of the European Union, the United Kingdom, Norway or Switzerland; its check digits are not. */
export function normalVat(text: string): { value: string; valid: boolean } {
  const value = text.replace(/[\s.\u00a0\u202f-]/g, '').toUpperCase();
  const valid = value.startsWith('FR')
    ? /^FR[0-9A-Z]{2}\d{9}$/.test(value)
    : /^[A-Z]{2,3}(?=.*\d)[0-9A-Z+*]{5,15}$/.test(value);
  return { value: valid ? value : text, valid };
}

/** One address with a domain that has a dot: what a mail server would take at all (RFC 5321, without quoted parts). */
export function isEmail(text: string): boolean {
  if (text.length > 254) return false;
  return (
    /^[^\s@"(),:;<>[\]\\]{1,64}@([\p{L}\p{N}]([\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u.test(text) &&
    !/^\.|\.\.|\.@/.test(text)
  );
}

/** A file's name or an https address: nothing that would be run or fetched in clear when someone clicks on it. */
export function isDocumentRef(text: string): boolean {
  if (/^https:\/\//i.test(text)) return URL.canParse(text) && !/\s/.test(text);
  return text.length <= 255 && !/[/\\:<>"|?*]/.test(text) && text !== '.' && text !== '..';
}
