import { fileURLToPath } from 'node:url';

/** The project's root folder, with a trailing slash. Everything a command reads or writes lies below it. */
export const PROJECT_ROOT = fileURLToPath(new URL('../../', import.meta.url));
