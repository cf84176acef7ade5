import type { Expression, PrivateIdentifier } from 'acorn';
import { parseModuleBody, walkThrough } from './source-facts.ts';

/** What stands where a text is put together from something that only a run knows. */
const UNKNOWN = '*';

const AFTER_SCHEME = /:\/\/(?:[^/@\s"'`]*@)?(\[[0-9a-f:.]+\]|[\p{L}\p{N}.*_-]+)/giu;

/** A text that is nothing but a host, as `hostname` of a request takes it. */
const BARE = /^(?:\/\/)?((?:[\p{L}\p{N}-]+\.)+([\p{L}]{2,}))(?::\d+)?(?:\/\S*)?$/iu;
const BARE_ADDRESS = /^(?:\/\/)?(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?(?:\/\S*)?$/;

/** Ends of names that are no hosts: of files, and of the objects that Actions talk to. */
const NO_DOMAIN =
  /^(?:[cm]?[jt]sx?|json|html?|css|md|txt|ya?ml|png|jpe?g|svg|map|node|event|api|user|client|connection|organization|request|length|prototype)$/i;

/**
 * The hosts that texts in a piece of JavaScript name, sorted, however their texts are written or put together: `*` stands for a
 * part that only a run knows. Never runs it. A host below `.invalid` can never be reached.
 *
 * @returns `null` for code that cannot be read: it may name any.
 * @see https://www.rfc-editor.org/rfc/rfc6761#section-6.4
 */
export function namedHosts(code: string): readonly string[] | null {
  const program = parseModuleBody(code);
  if (!('body' in program)) return null;
  // Looked through afterwards: a regular expression that lacks stack would end the process.
  const texts = new Set<string>();
  const add = (node: Expression): void => {
    texts.add(textOf(node));
  };
  const isWalked = walkThrough(program, { Literal: add, TemplateLiteral: add, BinaryExpression: add });
  return isWalked ? [...new Set([...texts].flatMap(hostsIn))].sort() : null;
}

function hostsIn(text: string): readonly string[] {
  const bare = BARE.exec(text);
  const found = [
    ...[...text.matchAll(AFTER_SCHEME)].map(([, host = '']) => host),
    ...(bare === null || NO_DOMAIN.test(bare[2] ?? '') ? [] : [bare[1] ?? '']),
    ...(BARE_ADDRESS.exec(text)?.slice(1) ?? []),
  ];
  return (
    found
      // An unknown path behind a whole name, and the full stop of a sentence.
      .map((host) => host.toLowerCase().replace(/(?<=[^.*])\*+$|(?<!\.)\.+$/, ''))
      .filter((host) => !/^[*.]*$/.test(host) && !/(?:^|\.)invalid$/.test(host))
  );
}

/** A text with its gaps; a gap alone where it is something else. */
function textOf(node: Expression | PrivateIdentifier): string {
  switch (node.type) {
    case 'Literal':
      return String(node.value);
    case 'TemplateLiteral':
      return node.quasis
        .map(({ value }, index) => {
          const expression = node.expressions[index];
          return `${value.cooked ?? ''}${expression === undefined ? '' : textOf(expression)}`;
        })
        .join('');
    case 'BinaryExpression':
      return node.operator === '+' ? `${textOf(node.left)}${textOf(node.right)}` : UNKNOWN;
    default:
      return UNKNOWN;
  }
}
