/** What a server would take for the folder itself or the one above, before it looks whether there is anything of that name. */
const DOTS = /^\.{1,2}$/;

/**
 * A path of an API with ids in it. Each id is one segment, whatever it consists of: one from a file that somebody has changed
 * leads nowhere else.
 *
 * @example route`/clients/${id}` // '/clients/a%2Fb'
 */
export const route = (words: TemplateStringsArray, ...ids: readonly string[]): string =>
  words
    .map((word, index) => {
      const id = ids[index];
      return id === undefined ? word : word + (DOTS.test(id) ? '%20' : encodeURIComponent(id.toWellFormed()));
    })
    .join('');
