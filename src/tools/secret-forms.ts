import { Buffer } from 'node:buffer';

/** Shorter values are not looked for: they would be found everywhere. */
export const MIN_SECRET_LENGTH = 4;

/**
 * Every text in which one of the values may show up: as it is, line by line, and as JSON, URLs and base64 write it.
 * Longest first, each once.
 */
export function secretForms(values: readonly string[]): readonly string[] {
  const forms = new Set(values.filter(isLongEnough).flatMap(formsOf).filter(isLongEnough));
  return [...forms].sort((a, b) => b.length - a.length);
}

function isLongEnough(text: string): boolean {
  return text.length >= MIN_SECRET_LENGTH;
}

function formsOf(value: string): readonly string[] {
  // Output is looked at line by line, so each line of a key file counts by itself.
  const lines = value.split(/\r?\n/).map((line) => line.trim());
  return [...new Set([value, value.trim(), ...lines])].flatMap((text) => [text, ...writtenForms(text)]);
}

function writtenForms(text: string): readonly string[] {
  return [...jsonForms(text), ...urlForms(text), ...base64Forms(text)];
}

function jsonForms(text: string): readonly string[] {
  const escaped = JSON.stringify(text).slice(1, -1);
  const ascii = escaped.replaceAll(
    /[^\u0000-\u007f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return [escaped, ascii, escaped.replaceAll('/', '\\/')];
}

function urlForms(text: string): readonly string[] {
  const component = encodeURIComponent(text.toWellFormed());
  const strict = component.replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const upper = [component, strict, component.replaceAll('%20', '+'), encodeURI(text.toWellFormed())];
  return upper.flatMap((form) => [form, form.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())]);
}

/**
 * Base64 of a text that may stand anywhere in a longer one (`user:password`): three bytes make four characters, so there
 * are three ways, and the characters that also hold a neighbour's bits are left out.
 */
function base64Forms(text: string): readonly string[] {
  const padded = Buffer.from(text).toString('base64');
  const whole = [padded, padded.replace(/=+$/, '')];
  const inner = [0, 1, 2].map((shift) => {
    const bytes = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
    const first = Math.ceil((shift * 8) / 6);
    return bytes.toString('base64').slice(first, Math.floor((bytes.length * 8) / 6));
  });
  return [...whole, ...inner].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
