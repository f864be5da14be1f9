/** Reads XML as far as it must to know that it is well-formed: tags in order, attributes in quotes and once, no bare `<` and `&`. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: (XmlElement | string)[];
}

const token = /<\?xml [^?]*\?>|<(\/?)([a-zA-Z][\w:-]*)((?:\s+[\w:-]+="[^"<&]*(?:&#?\w+;[^"<&]*)*")*)\s*(\/?)>|([^<]+)/y;

/** Throws where it is not well-formed. */
export function parseXml(text: string): XmlElement {
  const root: XmlElement = { name: '', attributes: new Map(), children: [] };
  const open = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null) throw new Error(`not well-formed at ${JSON.stringify(text.slice(at, at + 60))}`);
    const [, closes, name, attributeText = '', isEmpty, content] = match;
    const inside = open.at(-1) as XmlElement;
    if (content !== undefined) inside.children.push(decodeText(content));
    if (name === undefined) continue;
    if (closes === '/') {
      if (open.pop()?.name !== name) throw new Error(`</${name}> closes what is not open`);
      continue;
    }
    const element: XmlElement = { name, attributes: parseAttributes(attributeText), children: [] };
    inside.children.push(element);
    if (isEmpty !== '/') open.push(element);
  }
  const elements = root.children.filter((child) => typeof child !== 'string');
  if (open.length !== 1 || elements.length !== 1) throw new Error('not one element, or not closed');
  return elements[0] as XmlElement;
}

/** All elements of that name, in the order of the text. */
export function findAll(element: XmlElement, name: string): XmlElement[] {
  const below = element.children.flatMap((child) => (typeof child === 'string' ? [] : findAll(child, name)));
  return element.name === name ? [element, ...below] : below;
}

export function contentOf({ children }: XmlElement): string {
  return children.map((child) => (typeof child === 'string' ? child : contentOf(child))).join('');
}

function parseAttributes(text: string): Map<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', value = ''] of text.matchAll(/([\w:-]+)="([^"]*)"/g)) {
    if (attributes.has(name)) throw new Error(`the attribute ${name} is there twice`);
    attributes.set(name, decodeText(value));
  }
  return attributes;
}

function decodeText(text: string): string {
  return text.replace(/&(?:#(\d+);)?/g, (_, code: string | undefined) => {
    if (code === undefined) throw new Error(`a bare "&" in ${JSON.stringify(text)}`);
    return String.fromCodePoint(Number(code));
  });
}
