import { safe } from '../../base/safe-text.ts';
import type { SafeText } from '../../base/safe-text.ts';
import type { ImpactCell, ImpactTable } from '../impact/impact-table.ts';
import { whoseLogins } from './words.ts';

interface Layout {
  /** Characters of a line. */
  readonly columns: number;
  readonly everybody: readonly string[];
  /** A cell as it is shown: two characters longer where it is marked. */
  readonly cell: (cell: ImpactCell) => SafeText;
}

const GAP = 2;

/** What is shown of a text, whatever it holds. */
const shown = (text: string): string => safe`${text}`.text;

/** A table as wide as it must be where the terminal has the room, else application by application. */
export function tableLines(table: ImpactTable, layout: Layout): readonly SafeText[] {
  if (table.rows.length === 0) return [];
  const heads = table.applications.map((names) => shown(names.join(', ')));
  const rows = table.rows.map(({ people, cells }) => ({
    who: whoseLogins(people, layout.everybody),
    cells,
  }));
  const first = Math.max(...rows.map(({ who }) => who.length)) + GAP;
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.flatMap(({ cells }) => (cells[index] ?? []).map(widthOf))),
  );
  const width = GAP + first + widths.reduce((sum, each) => sum + each + GAP, 0) - GAP;
  if (width > layout.columns) return asList(heads, rows, layout);
  const padded = (text: SafeText, room: number, taken: number): SafeText =>
    safe`${text}${padding(room - taken + GAP)}`;
  return [
    safe`  ${padding(first)}${heads
      .map((head, index) => head.padEnd((widths[index] ?? 0) + GAP))
      .join('')
      .trimEnd()}`,
    ...rows.flatMap(({ who, cells }) =>
      Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, line) => {
        const last = cells.findLastIndex((cell) => cell[line] !== undefined);
        return cells.slice(0, last + 1).reduce<SafeText>(
          (text, cell, index) => {
            const part = cell[line];
            const shownPart = part === undefined ? safe`` : layout.cell(part);
            if (index === last) return safe`${text}${shownPart}`;
            return safe`${text}${padded(shownPart, widths[index] ?? 0, part === undefined ? 0 : widthOf(part))}`;
          },
          safe`  ${line === 0 ? padded(safe`${who}`, first - GAP, who.length) : padding(first)}`,
        );
      }),
    ),
  ];
}

const widthOf = ({ text, isMarked }: ImpactCell): number => shown(text).length + (isMarked ? 2 : 0);

/** Blanks of ours, which no value can make. */
const padding = (length: number): SafeText =>
  Array.from({ length: Math.max(0, length) }).reduce<SafeText>((text) => safe`${text} `, safe``);

function asList(
  heads: readonly string[],
  rows: readonly { readonly who: string; readonly cells: readonly (readonly ImpactCell[])[] }[],
  { columns, cell }: Layout,
): readonly SafeText[] {
  return heads.flatMap((head, index) => [
    safe`  ${head}`,
    ...rows.flatMap(({ who, cells }): readonly SafeText[] => {
      const parts = cells[index] ?? [];
      const [only] = parts;
      if (only === undefined) return [];
      const isShort = parts.length === 1 && 4 + who.length + 2 + widthOf(only) <= columns;
      return isShort
        ? [safe`    ${who}: ${cell(only)}`]
        : [safe`    ${who}`, ...parts.map((part) => safe`      ${cell(part)}`)];
    }),
  ]);
}
