import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../base/problem.ts';
import { PROJECT_ROOT } from '../base/project.ts';

const TABLE = /(<!-- folders: .* -->)[^]*(<!-- folders end -->)/;

/**
 * docs/architecture.md with the table of folders made anew, from the ground up; the rest of the page is written by hand.
 *
 * @throws {Problem} `FOLDER_UNDESCRIBED` for a folder without README.md.
 */
export async function renderArchitecture(root: string = PROJECT_ROOT): Promise<string> {
  // It brings the compiler with it, which nothing else here needs.
  const { ROOMS } = await import('../../eslint.rooms.js');
  const rows = ROOMS.map((room) => `| \`${room}/\` | ${describe(root, room)} |`);
  const table = ['| folder | what is in it |', '| --- | --- |', ...rows].join('\n');
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  return page.replace(TABLE, (_, start: string, end: string) => `${start}\n\n${table}\n\n${end}`);
}

/** The first paragraph of the folder's README.md. */
function describe(root: string, room: string): string {
  const file = `${room}/README.md`;
  try {
    const [first = ''] = readFileSync(join(root, file), 'utf8').split('\n\n');
    return first.trim().replaceAll('\n', ' ');
  } catch (cause) {
    throw new Problem({
      code: 'FOLDER_UNDESCRIBED',
      message: `${file} is missing, so docs/architecture.md cannot say what is in the folder.`,
      place: { file },
      cause,
    });
  }
}
