/**
 * What a server would take for the folder itself or the one above, before it looks whether there is anything of that name; and
 * nothing, which leads to the list of all.
 */
const NO_NAME = /^\.{0,2}$/;

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
      return id === undefined
        ? word
        : word + (NO_NAME.test(id) ? '%20' : encodeURIComponent(id.toWellFormed()));
    })
    .join('');
