/** Why nobody should edit a generated file by hand, and where to do it instead. */
export const generatedNotice = (source: string): string =>
  `Generated from ${source} by \`npm run generate\`. Change that, not this file.`;
