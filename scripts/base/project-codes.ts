/** Codes of problems that lie in the project, in its variables or in how a command was called. */

export const TENANT_FILE_CODES = {
  TENANT_FILE_MISSING: {
    place: 'file',
    means: '`tenant.yaml` cannot be read.',
    remedy: 'Run the command in the folder that holds tenant.yaml, and check that you may read the file.',
  },
  TENANT_FILE_SYNTAX: {
    place: 'line',
    means: 'The file is not valid YAML.',
    remedy: 'Fix the line. Indent with spaces, and put quotes around a value that starts with #, @ or *.',
  },
  TENANT_FILE_KEY: {
    place: 'setting',
    means: 'A key is unknown; most often it is misspelled.',
    remedy: 'Use the name that the error suggests, or remove the line.',
  },
  TENANT_FILE_VALUE: {
    place: 'setting',
    means: 'A value is missing, has the wrong type, or is not allowed there.',
    remedy: 'Correct the value: docs/settings.md and the Management API reference say what each key takes.',
  },
  TENANT_FILE_REFERENCE: {
    place: 'setting',
    means: 'A name is used that the file does not define, or two things have the same name.',
    remedy: 'Define it, correct the name, or remove the line.',
  },
  SETTING_INVALID: {
    place: 'setting',
    means:
      'A setting in `didit_policy`, `didit_claims`, `didit_sync` or a secret such as `DIDIT_RECORD_KEY` is unknown, misplaced or wrong.',
    remedy: 'docs/settings.md lists every setting with its values.',
  },
  SETTINGS_CONTRADICT: {
    place: 'setting',
    means: 'Two settings do not work together, for example a claim that is never stored.',
    remedy: 'docs/settings.md and docs/claims.md say what each setting needs of the others.',
  },
  HANDOVER_KEY_MISSING: {
    place: 'setting',
    means:
      'An Action of ours does not get the key with which our Actions sign what they hand on: every rule would deny.',
    remedy:
      "Add the secret DIDIT_HANDOVER_KEY with the value '##DIDIT_HANDOVER_KEY##' to the Action. The deploy makes the key.",
  },
  PLACEHOLDER_MISPLACED: {
    place: 'setting',
    means: 'A placeholder stands where its value must not go, such as a secret where others can read it.',
    remedy: 'Write it where secrets go (docs/deploy.md, "Placeholders"), or remove it.',
  },
  PLACEHOLDER_MALFORMED: {
    place: 'setting',
    means: 'A text looks like a placeholder and is none, like `##MY-API##`.',
    remedy:
      'Write the name with letters, digits and _ only: ##MY_API##. For the text itself, write it without the marks.',
  },
  PLACEHOLDER_UNDECLARED: {
    place: 'setting',
    means: 'A placeholder has a name that is neither documented nor declared under `variables`.',
    remedy: 'Declare the name under `variables` at the top level of tenant.yaml, as public or secret.',
  },
  PLACEHOLDER_UNRESOLVED: {
    place: 'line',
    means: 'A placeholder (`##NAME##` or `@@NAME@@`) has no value. Nothing was sent.',
    remedy: 'Set the variable in the environment or in .env (see .env.example).',
  },
  PLACEHOLDER_UNQUOTED: {
    place: 'line',
    means:
      'A `##NAME##` without quotes: YAML reads it as a comment, and the value is lost. Or a value that starts with `@@`.',
    remedy: "Put the whole value in quotes: '##NAME##'.",
  },
  SECRET_IN_FILE: {
    place: 'line',
    means: 'The file holds a secret. A secret must be a placeholder there.',
    remedy:
      "Write '##NAME##' in tenant.yaml and the value into .env. Replace a secret that was committed: the history keeps the old one.",
  },
  MANAGEMENT_CLIENT_SECRET: {
    place: 'setting',
    means: 'The Actions need the secret of a client of their own, and the tenant does not give it.',
    remedy:
      'Grant the deploy client the scope read:client_keys, or set the id and the secret that are named: AUTH0_MANAGEMENT_CLIENT_ID and AUTH0_MANAGEMENT_CLIENT_SECRET, or DIDIT_STEP_UP_CLIENT_ID and DIDIT_STEP_UP_CLIENT_SECRET.',
  },
} as const;

export const BUILD_CODES = {
  ACTION_FILE_MISSING: {
    place: 'setting',
    means: 'The source file of an Action does not exist.',
    remedy:
      'Create the file, correct "code" in tenant.yaml, or remove the Action there and from triggers. In a simulation, run `npm run build` first.',
  },
  SIMULATION_OPTION_UNKNOWN: {
    place: 'option',
    means: 'A test calls `simulateLogin` with an option that it does not have.',
    remedy: 'Fix the name of the option, or leave it out; `docs/testing.md` lists the options.',
  },
  BUNDLE_FAILED: {
    place: 'setting',
    means: 'esbuild cannot build an Action.',
    remedy: 'Fix the source file; `npm run check` shows type errors in more detail.',
  },
  BUNDLE_INPUT: {
    place: 'file',
    means:
      'An Action would take a file in that is none of its sources: one outside of actions/, a link, a package that nobody declares.',
    remedy:
      'Move the source below actions/, or declare the package in package.json. Secrets belong in "secrets" of the Action.',
  },
  BUNDLE_SYNTAX: {
    place: 'line',
    means: 'A file is not JavaScript that Auth0 can load.',
    remedy: 'Fix the source file.',
  },
  BUNDLE_REQUIRE: {
    place: 'line',
    means: 'An Action loads a module that is neither part of Node nor declared.',
    remedy:
      'Let esbuild bundle the module, or declare it with its exact version under "dependencies" of the Action in tenant.yaml.',
  },
  BUNDLE_CLAIM_NAME: {
    place: 'line',
    means: 'An Action sets a claim with a name that Auth0 refuses or drops.',
    remedy: 'Put the claim under your own namespace, such as https://example.com/didit/verified.',
  },
  BUNDLE_MARKER: {
    place: 'line',
    means:
      'The code of an Action contains a placeholder, and a deploy tool would write the value into the code.',
    remedy: 'Read the value from event.secrets, and declare it under "secrets" of the Action in tenant.yaml.',
  },
  BUNDLE_HANDLER: {
    place: 'key',
    means: 'An Action does not export an async `onExecutePostLogin`, or cannot be loaded.',
    remedy: 'Export `const onExecutePostLogin = async (event, api) => { … }`, and build with target node22.',
  },
  BUNDLE_NOT_A_FUNCTION: {
    place: 'file',
    means: 'The profile script is not one function of `(accessToken, context, callback)`.',
    remedy: 'Give the source file a default export of that shape.',
  },
  BUNDLE_TOO_LARGE: {
    place: 'file',
    means: 'An Action or the profile script is larger than Auth0 accepts.',
    remedy: 'Remove code, or declare a large npm package as a dependency instead of bundling it.',
  },
  BUNDLER_MISSING: {
    place: 'file',
    means: 'esbuild is not installed for this machine.',
    remedy: 'Run `npm ci` on this machine, without `--omit=optional`: esbuild is an optional dependency.',
  },
} as const;

export const VARIABLE_CODES = {
  ENV_FILE_MISSING: {
    place: 'file',
    means: 'The file that `--env NAME` reads does not exist.',
    remedy: 'Copy .env.example to .env.NAME and fill it in.',
  },
  ENV_FILE_UNREADABLE: {
    place: 'file',
    means: 'The file with the variables exists, but cannot be read.',
    remedy: 'Check that it is a text file of NAME=value lines and that you may read it, or remove it.',
  },
  ENV_FILE_LINE: {
    place: 'line',
    means: 'A line is not NAME=value, has a value that would be cut off, or sets a variable again.',
    remedy:
      'Write NAME=value, once for each NAME. Start a comment with #. Put quotes around a value that has several lines, blanks at its ends or a #, of a kind that it does not have itself.',
  },
  ENV_NAME_INVALID: {
    place: 'none',
    means: 'The name behind `--env` is not allowed.',
    remedy: 'Use letters, digits, _ and -: `--env production` reads .env.production.',
  },
  VARIABLE_NOT_TAKEN: {
    place: 'variable',
    means: 'A variable is set whose value the deploy makes itself, so that nobody knows it.',
    remedy: 'Remove the variable. To give the Actions a new key, deploy with --update-secrets.',
  },
  VARIABLE_VALUE: {
    place: 'variable',
    means:
      "The value of a variable cannot be used: it looks like a placeholder, it is public and holds a secret, it has what nobody sees at its ends or what no id or secret has, or it lets anybody answer in the tenant's name.",
    remedy: 'Set the variable to a value that may stand there.',
  },
  ENV_AMBIGUOUS: {
    place: 'variable',
    means:
      'The environment and `.env.NAME` have different values, or tenant and credentials come from different places and may not belong together.',
    remedy: 'Unset the variable in the environment, or remove it from the file.',
  },
  ENV_TENANT_MISSING: {
    place: 'variable',
    means: 'The file that `--env` names does not say which tenant it is for.',
    remedy: 'Write AUTH0_DOMAIN=my-tenant.eu.auth0.com into it, or leave --env out.',
  },
  DOMAIN_INVALID: {
    place: 'variable',
    means: '`AUTH0_DOMAIN` is not a host name.',
    remedy: 'Write the domain alone, without https:// and without a path: my-tenant.eu.auth0.com',
  },
  CREDENTIALS_MISSING: {
    place: 'variable',
    means: '`AUTH0_DOMAIN` names a tenant, but the credentials for it are not complete.',
    remedy:
      'Set AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET of a machine-to-machine application that may use the Management API, or set AUTH0_ACCESS_TOKEN. For the local tenant, leave AUTH0_DOMAIN and --env out.',
  },
  CREDENTIALS_REFUSED: {
    place: 'variable',
    means: 'The tenant does not accept the client credentials or the access token.',
    remedy:
      'Check both against the machine-to-machine application in the Auth0 dashboard, and that it is authorized for the Auth0 Management API.',
  },
} as const;

export const COMMAND_CODES = {
  PACKAGES_MISSING: {
    place: 'file',
    means: 'The packages that the commands are made of are not installed.',
    remedy: 'Run `npm ci` in the folder of the project.',
  },
  NODE_TOO_OLD: {
    place: 'none',
    means: 'The command runs on a Node that is older than 22.19.',
    remedy:
      'Run `npm ci` without `--omit=optional` and start the commands with `npm run`, or install Node 22.19 or newer.',
  },
  OPTION_INVALID: {
    place: 'option',
    means: 'An option is unknown, or its value is missing or wrong.',
    remedy: '`npm run VERB -- --help` lists the options.',
  },
  OPTION_KEPT_BY_NPM: {
    place: 'option',
    means: 'Without `--` between, npm takes the options of a command for its own. Nothing was done.',
    remedy:
      'Write `--` before the options, as in `npm run plan -- --env=production`. An option that your shell or `.npmrc` sets: unset it there.',
  },
  OPTION_CONFLICT: {
    place: 'option',
    means: 'Two options exclude each other.',
    remedy: 'Leave one of them out.',
  },
  OPTION_LOCAL_ONLY: {
    place: 'option',
    means: 'The option works with the local tenant only.',
    remedy: 'Leave the option out. For the local tenant, leave AUTH0_DOMAIN and --env out.',
  },
  CHOICE_UNKNOWN: {
    place: 'option',
    means: 'The tenant has no application, connection, organization or way to sign in of that name.',
    remedy: 'Use a name that the error lists, or leave the option out.',
  },
  ANSWER_NEEDED: {
    place: 'option',
    means: 'The command has a question, and there is no terminal to ask on. Nothing was written.',
    remedy: 'Run the command with the option that the error names.',
  },
  OUTPUT_UNWRITABLE: {
    place: 'file',
    means: 'A file that the command writes cannot be written.',
    remedy: 'Check that it is a file, and that you may write there. Then run the command again.',
  },
  FILE_UNUSABLE: {
    place: 'file',
    means:
      'The file system refuses a file or a folder that the command needs: the disk is full or read-only, or you have no right to it.',
    remedy: 'Check that you may read and write there. Then run the command again.',
  },
  RUNNER_UNUSABLE: {
    place: 'none',
    means: 'The machine has no files, memory or processes left to run Actions with. No Action is to blame.',
    remedy: 'Close other programs. Then run the command again.',
  },
  ACTION_NAME_INVALID: {
    place: 'option',
    means: 'A new Action cannot have this name.',
    remedy: 'Use small letters, digits and single hyphens, at most 100, such as loyalty-tier.',
  },
  NAME_TAKEN: {
    place: 'file',
    means: 'Something of this name is there already. Nothing was written.',
    remedy: 'Choose another name, or remove what is there.',
  },
  SECURITY_CODE_UNKNOWN: {
    place: 'option',
    means: '`--allow` names a code that does not exist. Nothing was changed.',
    remedy:
      '`npm run plan` shows the codes of a deploy, and docs/review.md lists all of them. Separate several with blanks.',
  },
  SECURITY_CHANGE_NOT_ALLOWED: {
    place: 'none',
    means: 'The deploy has security findings that `--allow` does not name. Nothing was changed.',
    remedy: 'Have the plan reviewed, then run the command with `--yes` and `--allow`, as the error says.',
  },
  CONFIRMATION_NEEDED: {
    place: 'none',
    means: 'The command would change a tenant, and there is no terminal to ask on. Nothing was changed.',
    remedy: 'Read what the command lists, then run it with the options that the error names.',
  },
  NOT_CONFIRMED: {
    place: 'none',
    means: 'Somebody answered no. Nothing was changed.',
    remedy: 'Run the command again to make the changes.',
  },
  GIT_MISSING: {
    place: 'none',
    means: '`npm run plan -- --from` needs git, and git is not installed.',
    remedy: 'Install git, or run the plan without --from, against a tenant.',
  },
  REVISION_UNKNOWN: {
    place: 'revision',
    means: 'git does not know the revision behind `--from` or `--to`, or knows several of that name.',
    remedy:
      'Name a branch, a tag or a commit of this repository, such as origin/main. In CI, check it out with its whole history.',
  },
  REVISION_UNREADABLE: {
    place: 'revision',
    means: 'The project of that revision cannot be read or built.',
    remedy:
      'Fetch the whole history (`git fetch --unshallow`), and compare with a revision at which `npm run build` worked.',
  },
} as const;

export const MAINTENANCE_CODES = {
  CHECK_FAILED: {
    place: 'none',
    means: '`npm run check` found something; it is listed above the error.',
    remedy: 'Fix what is listed.',
  },
  GENERATED_FILE_STALE: {
    place: 'file',
    means: 'A generated file is not what its source says now.',
    remedy: 'Run `npm run generate`, and read what changed: users of the project will see it.',
  },
  PICTURES_NOT_TAKEN: {
    place: 'file',
    means: 'The pictures of the documentation could not be taken. What is there stays.',
    remedy:
      'It needs a Chromium: on Debian `apt-get install chromium`, elsewhere name one in the variable CHROMIUM. `npm run test:all -- test/browser/pictures.test.ts` says more.',
  },
  FOLDER_UNDESCRIBED: {
    place: 'file',
    means: 'A folder has no README.md, so docs/architecture.md cannot say what is in it.',
    remedy: 'Say in one sentence what is in the folder, and run `npm run generate`.',
  },
} as const;
