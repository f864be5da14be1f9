/**
 * What has the look of a secret is covered wherever it stands in a configuration: under a misspelt name, in a comment, where the name of a
 * key belongs.
 */

/** Base64 with its end. */
const inBase64 = /(?<![\w+/=])[A-Za-z0-9+/]{16,}={1,2}(?![\w+/=])/g;
/** As a secret of cookies has them. */
const digits = /(?<!\w)[0-9A-Fa-f]{32,}(?!\w)/g;

/** Of a message; digits may be a name there. */
export function coverInMessage(message: string): string {
  return message.replace(inBase64, asterisks);
}

/** Of one line, or several. Columns stay. */
export function coverLikelySecrets(text: string): string {
  return coverInMessage(text).replace(digits, asterisks);
}

function asterisks(secret: string): string {
  return '*'.repeat(secret.length);
}
