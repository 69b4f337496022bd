/** XML to elements with their namespaces resolved, and back. Strict: no DTD, no entities but XML's own five, a size bound. */
import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { EdxlError } from './error.ts';
import { GML, RM, RMSG } from './structure.ts';

export interface Element {
  namespace: string;
  name: string;
  /** All text directly in it, with the space around it taken off. */
  text: string;
  children: readonly Element[];
  /** Names of attributes that are neither namespace declarations nor of XML Schema's instance namespace. */
  attributes: readonly string[];
}

/** The longest message that is read, in UTF-16 units: hundreds of resources. */
export const MAX_LENGTH = 524_288;
/** Elements within elements; the deepest of EDXL-RM is far from it. */
const MAX_DEPTH = 30;
/** Tags, comments and the like together: 1,000 resources have 30,000. Each costs far more than its characters. */
const MAX_TAGS = 40_000;
/** Of one element. EDXL-RM has none; declarations of namespaces and foreign schemas have some. */
const MAX_ATTRIBUTES = 50;
const MAX_NAME = 200;
/** The parser's own reasons quote what is wrong, however long. */
const LONGEST_REASON = 200;

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const XML = 'http://www.w3.org/XML/1998/namespace';
const TEXT = '#text';
const CDATA = '#cdata';
const ATTRIBUTES = ':@';

const ordered = { preserveOrder: true, ignoreAttributes: false, attributeNamePrefix: '' };
const builder = new XMLBuilder({ ...ordered, format: true });
const parser = new XMLParser({
  ...ordered,
  cdataPropName: CDATA,
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
});

/** Characters of XML 1.0, section 2.2. */
const NOT_XML =
  // oxlint-disable-next-line no-control-regex -- this is the list of what XML excludes
  /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
const EVERY_NOT_XML = new RegExp(NOT_XML.source, 'g');

/** Reads a document's root element. Throws an EdxlError, and nothing else. */
export const readXml = (xml: string): Element => {
  if (xml.length > MAX_LENGTH) throw new EdxlError('too_large', '/', `longer than ${MAX_LENGTH} characters`);
  if (hasMore(xml, '<', MAX_TAGS)) throw new EdxlError('too_large', '/', `more than ${MAX_TAGS} tags`);
  if (/<!(?!--|\[CDATA\[)/.test(xml)) {
    throw new EdxlError('dtd_not_allowed', '/', 'document type declarations are not taken');
  }
  if (NOT_XML.test(xml)) {
    throw new EdxlError('not_well_formed', '/', 'a character that XML does not allow');
  }
  const parsed = parse(xml.replace(/^\uFEFF/, ''));
  const roots = parsed.filter((node) => !nameOf(node).startsWith('?') && nameOf(node) !== TEXT);
  const [root] = roots;
  if (!root || roots.length > 1) throw new EdxlError('not_well_formed', '/', 'one root element is needed');
  return element(root, new Map([['xml', XML]]), '', 0);
};

const hasMore = (text: string, part: string, than: number): boolean => {
  let count = 0;
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + 1)) {
    count += 1;
    if (count > than) return true;
  }
  return false;
};

type Node = Record<string, unknown>;

const parse = (xml: string): Node[] => {
  try {
    const valid = XMLValidator.validate(xml);
    if (valid !== true) {
      throw new EdxlError(
        'not_well_formed',
        '/',
        `line ${valid.err.line}: ${valid.err.msg.slice(0, LONGEST_REASON)}`,
      );
    }
    return nodes(parser.parse(xml));
  } catch (error) {
    if (error instanceof EdxlError) throw error;
    throw new EdxlError('not_well_formed', '/', String(error).slice(0, LONGEST_REASON));
  }
};

const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const nodes = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
const nameOf = (node: Node): string => Object.keys(node).find((key) => key !== ATTRIBUTES) ?? '';

const element = (node: Node, outer: ReadonlyMap<string, string>, parent: string, depth: number): Element => {
  const qualified = nameOf(node);
  const path = `${parent}/${qualified}`;
  if (depth > MAX_DEPTH) throw new EdxlError('not_well_formed', path, `nested deeper than ${MAX_DEPTH}`);
  const given = isNode(node[ATTRIBUTES]) ? Object.entries(node[ATTRIBUTES]) : [];
  if (qualified.length > MAX_NAME) throw new EdxlError('not_well_formed', parent, 'a name without end');
  if (given.length > MAX_ATTRIBUTES)
    throw new EdxlError('not_well_formed', path, `more than ${MAX_ATTRIBUTES} attributes`);
  const declared = given.flatMap(([name, value]): [string, string][] => {
    const prefix = name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
    return prefix === undefined ? [] : [[prefix, decoded(String(value), path)]];
  });
  const scope = declared.length === 0 ? outer : new Map([...outer, ...declared]);
  const resolve = (name: string, isAttribute: boolean): { namespace: string; name: string } => {
    const parts = name.split(':');
    const [prefix = '', local = ''] = parts.length === 1 ? ['', name] : parts;
    if (parts.length > 2 || local === '')
      throw new EdxlError('not_well_formed', path, `${name} is not a name`);
    if (prefix === '') return { namespace: isAttribute ? '' : (scope.get('') ?? ''), name: local };
    const namespace = scope.get(prefix);
    if (namespace === undefined)
      throw new EdxlError('not_well_formed', path, `the prefix ${prefix} is not declared`);
    return { namespace, name: local };
  };
  const attributes = given
    .map(([name]) => name)
    .filter((name) => name !== 'xmlns' && !name.startsWith('xmlns:'))
    .filter((name) => resolve(name, true).namespace !== XSI);
  const inner = nodes(node[qualified]);
  const text = inner
    .map((child) => {
      if (TEXT in child) return decoded(String(child[TEXT]), path);
      return CDATA in child
        ? nodes(child[CDATA])
            .map((part) => (typeof part[TEXT] === 'string' ? part[TEXT] : ''))
            .join('')
        : '';
    })
    .join('')
    .replace(/\r\n?/g, '\n')
    .trim();
  const children = inner
    .filter((child) => !(TEXT in child) && !(CDATA in child) && !nameOf(child).startsWith('?'))
    .map((child) => element(child, scope, path, depth + 1));
  return { ...resolve(qualified, false), text, children, attributes };
};

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Text with its references resolved: XML's own five entities and characters by number. */
const decoded = (text: string, path: string): string =>
  text.replace(
    /&(?:#(x[0-9a-fA-F]+|\d+)|(\w+));|&/g,
    (_, number: string | undefined, name: string | undefined) => {
      if (name !== undefined && Object.hasOwn(named, name)) return named[name] ?? '';
      if (number === undefined) {
        throw new EdxlError(
          'entity_not_allowed',
          path,
          name === undefined ? 'a lone &' : `the entity ${name}`,
        );
      }
      const code = number.startsWith('x') ? Number.parseInt(number.slice(1), 16) : Number(number);
      const character = code <= 0x10ffff ? String.fromCodePoint(code) : '\0';
      if (NOT_XML.test(character)) {
        throw new EdxlError('not_well_formed', path, 'a character that XML does not allow');
      }
      return character;
    },
  );

/** An element to be written: text, or elements. */
export interface Written {
  namespace: string;
  name: string;
  content: string | readonly Written[];
}

const prefixes = new Map([
  [RM, 'rm'],
  [RMSG, 'rmsg'],
  [GML, 'gml'],
]);

/** Writes a document. A character that XML does not allow is written as U+FFFD. */
export const writeXml = (root: Written): string => {
  const namespaces = [...prefixes].map(([namespace, prefix]): [string, string] => [
    `xmlns:${prefix}`,
    namespace,
  ]);
  return builder.build([
    { '?xml': [{ [TEXT]: '' }], [ATTRIBUTES]: { version: '1.0', encoding: 'UTF-8' } },
    { ...nodeOf(root), [ATTRIBUTES]: Object.fromEntries(namespaces) },
  ]);
};

const nodeOf = ({ namespace, name, content }: Written): Node => ({
  [`${prefixes.get(namespace) ?? ''}:${name}`]:
    typeof content === 'string'
      ? [{ [TEXT]: content.replace(/\r\n?/g, '\n').replace(EVERY_NOT_XML, '\uFFFD') }]
      : content.map(nodeOf),
});
