/** Amounts and currencies: what people type, what the wire takes, what is shown. Pure. */
import { language } from "../lib/text.js";

/** Those that stand first in the list, because most sessions need one of them. None is chosen beforehand. */
export const COMMON = ["EUR", "USD", "GBP", "CHF", "PLN", "CZK", "SEK", "NOK", "DKK", "TRY", "AED", "SAR", "INR", "CNY", "JPY", "CAD", "AUD"];

/** All that the server knows (`server/board/currencies.py`; a test holds them together). */
export const CURRENCIES = (
  "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD " +
  "CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF " +
  "GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK " +
  "LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD " +
  "OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN " +
  "SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF " +
  "YER ZAR ZMW ZWG"
).split(" ");

/** What a currency is called in the reader's language; its code where there is no name. @param {string} code */
export function currencyName(code) {
  try {
    return new Intl.DisplayNames(language(), { type: "currency" }).of(code) ?? code;
  } catch {
    return code;
  }
}

/** All currencies by name, as the language sorts. @returns {{code: string, name: string}[]} */
export function currenciesByName() {
  const order = new Intl.Collator(language());
  return CURRENCIES.map((code) => ({ code, name: currencyName(code) })).sort((one, other) => order.compare(one.name, other.name));
}

const DIGITS = /[\u0660-\u0669\u06f0-\u06f9]/g; // Arabic-Indic and extended ones
const BLANKS = /[\s\u00a0\u2009\u202f'’\u066c]/g; // what stands between thousands

/**
 * A number as it was typed, in the plain form of the wire ("1500.50"), where there is only one way to read it. What could be
 * read in two ways ("1,500") stays as it is: the server asks, this page never guesses.
 * @param {string} typed
 */
export function plainNumber(typed) {
  const text = typed.trim().replace(DIGITS, (digit) => String(digit.charCodeAt(0) & 15)).replace(BLANKS, "").replace("\u066b", ".");
  const commas = text.split(",").length - 1;
  const dots = text.split(".").length - 1;
  let plain = text;
  if (commas && dots) {
    const comma = text.lastIndexOf(",") > text.lastIndexOf(".");
    const [thousands, decimal] = comma ? [".", ","] : [",", "."];
    const [whole, ...rest] = text.split(decimal);
    if (rest.length === 1 && grouped(whole, thousands)) plain = `${whole.replaceAll(thousands, "")}.${rest[0]}`;
  } else if (commas === 1 && /,\d{1,2}$/.test(text)) {
    plain = text.replace(",", ".");
  } else if (commas > 1 && grouped(text, ",")) {
    plain = text.replaceAll(",", "");
  } else if (dots > 1 && grouped(text, ".")) {
    plain = text.replaceAll(".", "");
  }
  return /^-?\d+(\.\d+)?$/.test(plain) ? plain : typed.trim();
}

/** Three digits after each mark. @param {string} whole @param {string} mark */
function grouped(whole, mark) {
  const [first, ...rest] = whole.split(mark);
  return /^-?\d{1,3}$/.test(first) && rest.every((part) => /^\d{3}$/.test(part));
}

/** A number of the wire as the language writes it, with every digit that it has. @param {string} value */
export function numberText(value) {
  const digits = decimals(value);
  if (digits === null) return value;
  return new Intl.NumberFormat(language(), { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(/** @type {any} */ (value));
}

/** An amount as the language writes it: "€1,500.50". @param {string} value @param {string} currency */
export function moneyText(value, currency) {
  const digits = decimals(value);
  if (digits === null || !/^[A-Z]{3}$/.test(currency)) return `${value} ${currency}`.trim();
  const usual = new Intl.NumberFormat(language(), { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
  const shown = digits ? Math.max(digits, usual) : 0;
  return new Intl.NumberFormat(language(), { style: "currency", currency, minimumFractionDigits: shown, maximumFractionDigits: shown }).format(/** @type {any} */ (value));
}

/** How many digits stand after the point; null: this is no number. @param {string} value */
function decimals(value) {
  return /^-?\d+(\.\d+)?$/.test(value) ? (value.split(".")[1] ?? "").length : null;
}
