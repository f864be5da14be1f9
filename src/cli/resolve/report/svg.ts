/** What all our pictures have in common: plain SVG 1.1, readable on a light and a dark page. */

/** A picture of so many pixels with a title for who can't see it. Its parts use the classes `text`, `faint`, `frame` and `mark`. */
export function svgPicture(width: number, height: number, title: string, parts: readonly string[]): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title" font-family="system-ui, sans-serif" font-size="12">`,
    `<title id="title">${escapeXml(title)}</title>`,
    '<style>.text{fill:#222}.faint{fill:#666}.frame{fill:#88888822}.mark{stroke:#222}.page{fill:#fff}',
    '@media (prefers-color-scheme:dark){.text{fill:#eee}.faint{fill:#aaa}.mark{stroke:#eee}.page{fill:#1b1b1b}}</style>',
    `<rect class="page" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/** `more`: further attributes. */
export function svgText(x: number, y: number, content: string, kind: string, more = ''): string {
  return `<text class="${kind}" x="${x}" y="${y}"${more === '' ? '' : ` ${more}`}>${escapeXml(content)}</text>`;
}

export function escapeXml(content: string): string {
  return content.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
