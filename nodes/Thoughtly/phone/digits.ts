/** The digits of a text, of any script, without everything between them. */
export const digitsIn = (text: string) => text.replace(/\P{Nd}/gu, '');
