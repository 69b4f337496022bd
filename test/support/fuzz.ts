/** Requests made from an OpenAPI document: some as it says, most with one part of them wrong. */
import fc from 'fast-check';

type Json = null | boolean | number | string | Json[] | { [member: string]: Json };

interface Schema {
  $ref?: string;
  type?: string | string[];
  const?: Json;
  enum?: Json[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  items?: Schema;
  prefixItems?: Schema[];
  minItems?: number;
  maxItems?: number;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
}

interface Operation {
  parameters?: { name: string; in: 'path' | 'query' | 'header'; schema: Schema }[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
}

export interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components?: { schemas?: Record<string, Schema> };
}

export interface FuzzRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string | undefined;
}

/** What parsers and stores trip over. */
const junkTexts = [
  '',
  ' ',
  '\u0000',
  '\uFEFF',
  '\uD800',
  '\u202E',
  "' OR 1=1 --",
  '"',
  '../../../etc/passwd',
  '%00',
  '%ff',
  '__proto__',
  'constructor',
  'null',
  'NaN',
  '-1',
  '1e999',
  '99999999999999999999',
  '2026-02-30T25:61:00Z',
  '62.07.99.9999',
  '00000000-0000-0000-0000-000000000000',
  '<!DOCTYPE x [<!ENTITY a "b">]>',
  '٣',
  'x'.repeat(20_000),
];
const junk: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json>(...junkTexts),
  fc.constantFrom<Json>(
    null,
    true,
    0,
    -0,
    -1,
    0.1,
    1e308,
    2 ** 53,
    [],
    {},
    [[]],
    [null],
    { toString: 1 },
    { length: -1 },
    { id: {} },
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
);

/** Values of a schema; ids are taken from `known` where there are some, so that requests reach what exists. */
const valuesOf = (root: Schema, document: OpenApi, known: readonly string[]): fc.Arbitrary<Json> => {
  const build = (schema: Schema, depth: number): fc.Arbitrary<Json> => {
    if (schema.$ref !== undefined) {
      const named = document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
      return named && depth < 12 ? build(named, depth + 1) : junk;
    }
    if (schema.const !== undefined) return fc.constant(schema.const);
    if (schema.enum) return fc.constantFrom(...schema.enum);
    const choices = schema.anyOf ?? schema.oneOf;
    if (choices) return fc.oneof(...choices.map((choice) => build(choice, depth + 1)));
    if (schema.allOf) {
      return fc
        .tuple(...schema.allOf.map((part) => build(part, depth + 1)))
        .map((parts) => Object.assign({}, ...parts) as Json);
    }
    const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
    switch (type) {
      case 'object':
        return objects(schema, depth);
      case 'array': {
        if (schema.prefixItems?.length === 2 && schema.prefixItems.every((item) => item.type === 'number'))
          return fc.constantFrom<Json[]>([112.2, -2.4], [112.95, -2.53], [111.9, -1.1], [0, 0], [-180, 90]);
        if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map((item) => build(item, depth + 1)));
        const least = schema.minItems ?? 0;
        const most = Math.min(schema.maxItems ?? 3, least + 2);
        return fc.array(build(schema.items ?? {}, depth + 1), { minLength: least, maxLength: most });
      }
      case 'string':
        return texts(schema);
      case 'integer':
      case 'number': {
        const least = schema.minimum ?? schema.exclusiveMinimum ?? 0;
        const most = schema.maximum ?? schema.exclusiveMaximum ?? 50;
        return fc.integer({ min: Math.max(least, -10), max: Math.max(Math.min(most, 50), least) });
      }
      case 'boolean':
        return fc.boolean();
      case 'null':
        return fc.constant(null);
      default:
        return junk;
    }
  };
  const objects = ({ properties = {}, required = [], additionalProperties }: Schema, depth: number) => {
    const members = Object.fromEntries(
      Object.entries(properties).map(([name, schema]) => [name, build(schema, depth + 1)]),
    );
    const fixed = fc.record(members, { requiredKeys: required.filter((name) => name in members) });
    if (typeof additionalProperties !== 'object') return fixed as fc.Arbitrary<Json>;
    const more = fc.dictionary(fc.string({ maxLength: 5 }), build(additionalProperties, depth + 1), {
      maxKeys: 3,
    });
    return fc.tuple(fixed, more).map(([some, others]) => ({ ...others, ...some }) as Json);
  };
  const texts = ({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<Json> => {
    if (format === 'uuid')
      return fc.oneof(
        {
          weight: 4,
          arbitrary: fc.nat().map((n) => known[n % known.length] ?? '0191b000-0000-7000-8000-000000000001'),
        },
        { weight: 1, arbitrary: fc.uuid() },
      );
    if (format === 'date-time') return days.map((date) => date.toISOString());
    if (format === 'date') return days.map((date) => date.toISOString().slice(0, 10));
    if (pattern !== undefined) return matching(pattern);
    return fc.string({ minLength, maxLength: Math.min(maxLength, minLength + 40) });
  };
  return build(root, 0);
};

/** Most in the past, some to come. */
const days = fc.date({
  min: new Date(Date.now() - 200 * 86_400_000),
  max: new Date(Date.now() + 50 * 86_400_000),
  noInvalidDate: true,
});
const places = ['62.07', '62.02', '62.07.05', '62.02.08', '62.07.05.2025', '62.07.01.1001'];
const matching = (pattern: string): fc.Arbitrary<string> => {
  const form = new RegExp(pattern);
  const fitting = places.filter((place) => form.test(place));
  if (fitting.length > 0) return fc.constantFrom(...fitting);
  try {
    return fc.stringMatching(form);
  } catch {
    // It looks ahead or behind, which can't be generated.
    return fc.string({ maxLength: 40 });
  }
};

/** One part of the value, chosen by `at`, is left out or is something else. */
const withOneWrong = (value: Json, at: number, wrong: Json): Json => {
  if (typeof value !== 'object' || value === null || at % 7 === 0) return wrong;
  if (Array.isArray(value)) {
    const index = value.length === 0 ? 0 : at % value.length;
    return value.length === 0
      ? [wrong]
      : value.with(index, withOneWrong(value[index] ?? null, at >> 3, wrong));
  }
  const names = Object.keys(value);
  const name = names[at % (names.length + 1)];
  if (name === undefined) return { ...value, [`more${at % 3}`]: wrong };
  const { [name]: member = null, ...rest } = value;
  return at % 5 === 0 ? rest : { ...rest, [name]: withOneWrong(member, at >> 3, wrong) };
};

const damaged = (text: string, at: number, cut: number, put: string): string => {
  const from = at % (text.length + 1);
  return `${text.slice(0, from)}${put}${text.slice(from + cut)}`;
};

const types = [
  'application/json',
  'text/csv',
  'application/xml',
  'text/plain',
  'application/json; charset=x',
  '/',
  '',
];
const headerNames = [
  'idempotency-key',
  'if-match',
  'last-event-id',
  'accept',
  'cookie',
  'x-csrf-token',
  'range',
  'if-none-match',
  'x-forwarded-for',
  'x-http-method-override',
];

/** Requests of one operation. `samples` are bodies by content type, for what the document does not describe. */
export const requestsOf = (
  document: OpenApi,
  { method, path }: { method: string; path: string },
  { known, samples }: { known: readonly string[]; samples: Record<string, string> },
): fc.Arbitrary<FuzzRequest> => {
  const { parameters = [], requestBody } = document.paths[path]?.[method] ?? {};
  const of = (schema: Schema) => valuesOf(schema, document, known);
  const bodies = Object.entries(requestBody?.content ?? {}).map(([type, { schema }]) =>
    fc
      .tuple(
        schema && Object.keys(schema).length > 0 && !(type in samples)
          ? of(schema)
          : fc.constant(samples[type] ?? ''),
        fc.nat(),
        junk,
        fc.nat(9),
        fc.nat(20),
      )
      .map(([value, at, wrong, how, cut]) => {
        if (typeof value === 'string' && type in samples)
          return {
            type,
            body:
              how < 2
                ? value
                : damaged(value, at, cut, typeof wrong === 'string' ? wrong : JSON.stringify(wrong)),
          };
        if (how === 9)
          return { type, body: damaged(JSON.stringify(value), at, cut, textOf(wrong).slice(0, 50)) };
        return { type, body: JSON.stringify(how < 6 ? value : withOneWrong(value, at, wrong)) };
      }),
  );
  const body: fc.Arbitrary<{ type: string | undefined; body: string | undefined }> =
    bodies.length > 0 ? fc.oneof(...bodies) : fc.constant({ type: undefined, body: undefined });
  const values = fc.tuple(...parameters.map(({ schema }) => fc.tuple(of(schema), junk, fc.nat(9))));
  const extra = fc.record({
    header: fc.constantFrom(...headerNames),
    value: fc.constantFrom(...junkTexts),
    type: fc.constantFrom(...types),
    dice: fc.nat(19),
  });
  return fc.tuple(values, body, extra).map(([given, sent, { header, value, type, dice }]) => {
    const headers: Record<string, string> = {};
    const query = new URLSearchParams();
    let address = path;
    for (const [index, { name, in: where }] of parameters.entries()) {
      const [right, wrong, how] = given[index] ?? ['', '', 0];
      const text = textOf(how > 6 ? wrong : right);
      if (where === 'path')
        address = address.replace(`{${name}}`, encodeURIComponent(text.toWellFormed()) || '-');
      else if (where === 'query' && how % 2 === 0) query.append(name, text.slice(0, 2_000));
      else if (where === 'header' && how % 3 === 0) headers[name] = text;
    }
    if (dice === 0) headers[header] = value;
    if (dice === 1) query.append(value.slice(0, 100), value.slice(0, 100));
    if (dice === 2) address = `${address.replace(/[^/]*$/, '')}%${value.slice(0, 10)}`;
    if (sent.type !== undefined) headers['content-type'] = dice === 3 ? type : sent.type;
    for (const [name, text] of Object.entries(headers))
      headers[name] = text.replace(/[^\x20-\x7e]/g, '').slice(0, 4_000);
    return {
      method: method.toUpperCase(),
      path: `${address.replace(/[^\x21-\x7e]/g, '')}${query.size > 0 ? `?${query.toString()}` : ''}`.slice(
        0,
        8_000,
      ),
      headers,
      body: sent.body,
    };
  });
};

const textOf = (value: Json): string => (typeof value === 'object' ? JSON.stringify(value) : String(value));
