import { join } from 'node:path';
import { PROJECT_ROOT } from '../base/project.ts';

/** Where the local tenant keeps its state between commands. Git-ignored; deleting it starts a new tenant. */
export const LOCAL_TENANT_FOLDER = join(PROJECT_ROOT, '.local-tenant');
