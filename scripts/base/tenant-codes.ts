/** Codes of problems that arise with a tenant: reached, changed, put back, exported, or signed in to. */

export const ACCESS_CODES = {
  TENANT_UNREACHABLE: {
    place: 'variable',
    means: 'There is no connection to the tenant.',
    remedy: 'Check the spelling of AUTH0_DOMAIN, and your network.',
  },
  TENANT_CERTIFICATE: {
    place: 'variable',
    means: "The certificate of the tenant's domain is not trusted.",
    remedy:
      'Behind a company proxy, or for a local tenant, set NODE_EXTRA_CA_CERTS to the PEM file of its certificate authority. Set it in your shell (export NODE_EXTRA_CA_CERTS=/path/to/ca.pem): Node does not read it from a .env file.',
  },
  TENANT_UNAVAILABLE: {
    place: 'tenant',
    means: 'The tenant answers with 5xx, also after several attempts.',
    remedy: 'Wait a little and run the command again; https://status.auth0.com shows outages.',
  },
  RATE_LIMITED: {
    place: 'tenant',
    means: 'The tenant limits how many requests it takes, and refused one for half a minute.',
    remedy:
      'Wait a minute and run the command again. All that uses the Management API of a tenant shares one limit: look in its logs (api_limit) for what else does, and run one command at a time.',
  },
  CUSTOM_DOMAIN: {
    place: 'variable',
    means: '`AUTH0_DOMAIN` names a custom domain, where a tenant has no Management API.',
    remedy:
      "Set AUTH0_DOMAIN to the tenant's own domain, such as my-tenant.eu.auth0.com: Auth0 dashboard, Settings, Custom Domains shows both.",
  },
  TENANT_ANSWER: {
    place: 'tenant',
    means: 'The tenant refuses a call, or its answer cannot be understood.',
    remedy: "Try again. If it stays, look at https://status.auth0.com and the tenant's logs.",
  },
  SCOPE_MISSING: {
    place: 'tenant',
    means: 'The deploy client does not have a scope that the command needs.',
    remedy:
      'Grant it: Auth0 dashboard, Applications > APIs > Auth0 Management API > Machine to Machine Applications > your deploy client > Permissions.',
  },
} as const;

export const DEPLOY_CODES = {
  NOT_SENT: {
    place: 'resource',
    means:
      'Something that was about to be sent looks like a placeholder, holds a secret where others can read it, or holds a credential of the deploy.',
    remedy:
      'Take it out of tenant.yaml, of the code or of the variable that it comes from (docs/deploy.md, "Placeholders").',
  },
  DEPLOY_IN_PROGRESS: {
    place: 'file',
    means: 'Another command on this machine is changing the same tenant.',
    remedy: 'Wait until it has ended. If that process is now a different program, remove the file.',
  },
  NAME_IN_USE: {
    place: 'resource',
    means:
      'The tenant has a connection of another strategy, or an Action of another trigger, under a name of the file, and neither ever changes that. Nothing was changed.',
    remedy:
      'Choose another name in tenant.yaml, that of a connection also in the secret DIDIT_CONNECTION of the Actions, or delete what has the name if nobody needs it.',
  },
  NAME_AMBIGUOUS: {
    place: 'resource',
    means: 'The tenant has several applications with the same name. Nothing was changed.',
    remedy: 'Rename or remove all but one of them in the Auth0 dashboard.',
  },
  TENANT_CHANGED: {
    place: 'tenant',
    means: 'Somebody changed the tenant while you read the plan. Nothing was changed.',
    remedy: 'Run the command again, and read the new plan.',
  },
  PLAN_NOT_EXPECTED: {
    place: 'tenant',
    means:
      'The plan is not the one that `--expect` names: the tenant, `tenant.yaml` or the Actions have changed since it was approved, or the options are others. Nothing was changed.',
    remedy: 'Run `npm run plan` with the same options, have it approved, and pass the digest that it prints.',
  },
  DEPLOY_STOPPED: {
    place: 'none',
    means: 'You stopped the deploy, with Ctrl-C for example.',
    remedy: 'Run the command again to continue.',
  },
  DEPLOY_CLI_FAILED: {
    place: 'tenant',
    means: 'auth0-deploy-cli failed.',
    remedy: 'Fix what the tenant complains about and deploy again.',
  },
  CANARY_FAILED: {
    place: 'resource',
    means: "The draft of an Action failed in the tenant's own runtime, before it went live.",
    remedy: 'Fix what the tenant says and deploy again. Without --canary, the deploy does not try drafts.',
  },
  READ_BACK_MISSING: {
    place: 'resource',
    means: 'After the deploy, the tenant does not have something that was sent.',
    remedy: "Deploy again. If it stays, look in the tenant's logs for what refused the change.",
  },
  READ_BACK_DIFFERS: {
    place: 'resource',
    means: 'After the deploy, something on the tenant is not what was sent.',
    remedy: "Deploy again. If it stays, look in the tenant's logs for what refused the change.",
  },
  DEPLOY_PUT_BACK: {
    place: 'none',
    means: 'The deploy failed, and what it had changed was put back.',
    remedy: 'Fix the reason above and deploy again.',
  },
  PUT_BACK_INCOMPLETE: {
    place: 'none',
    means: 'The deploy failed, and not everything could be put back.',
    remedy: 'Check in the Auth0 dashboard what is named above, or deploy again.',
  },
  DEPLOY_UNFINISHED: {
    place: 'none',
    means: 'The deploy stopped in the middle, and it could not put anything back.',
    remedy:
      'Run `npm run deploy` or `npm run rollback` when the tenant answers again: it continues from here.',
  },
  RECORDS_UNWRITABLE: {
    place: 'file',
    means: 'The record of the deploy cannot be written. Without it there would be no way back.',
    remedy: 'Check that the folder is a folder, that you may write to it, and that the disk is not full.',
  },
  DEPLOY_RECORD_UNREADABLE: {
    place: 'file',
    means: 'The record of an earlier deploy cannot be read.',
    remedy: 'Remove the file; the error says what is lost with it.',
  },
} as const;

export const UNDO_CODES = {
  NOTHING_TO_ROLL_BACK: {
    place: 'file',
    means: 'This machine has no record of a deploy to this tenant that could still be rolled back.',
    remedy: 'Check out the earlier tenant.yaml and actions/ with git, and deploy that.',
  },
  NOT_REMOVABLE: {
    place: 'resource',
    means:
      'Only what a deploy from here made and tenant.yaml no longer lists can be removed alone. Nothing was changed.',
    remedy: 'npm run plan lists what there is to remove. Take it out of tenant.yaml first, and deploy.',
  },
  TENANT_CHANGED_SINCE: {
    place: 'tenant',
    means: 'After the deploy, somebody changed the same things. Nothing was changed now.',
    remedy: 'Talk to whoever did that. To undo their changes too, run the command with --overwrite.',
  },
  ROLLBACK_INCOMPLETE: {
    place: 'tenant',
    means: 'Not everything could be rolled back; the error names what is still different.',
    remedy: 'Fix the reason and roll back again, or change what is named in the Auth0 dashboard.',
  },
  NOT_ALL_DONE: {
    place: 'tenant',
    means: 'The tenant refused some of the changes; the errors above name them.',
    remedy: 'Fix the reason above and run the command again to continue.',
  },
  RULES_KEPT: {
    place: 'tenant',
    means:
      'Access rules were not removed, since the connection that they protect could not be disabled first.',
    remedy:
      'Disable the connection in the Auth0 dashboard, or fix the reason above, and run the command again.',
  },
} as const;

export const EXPORT_CODES = {
  PLACEHOLDER_ON_TENANT: {
    place: 'key',
    means: 'A setting of the tenant contains a text like `##NAME##`, so it was not exported.',
    remedy: 'Put the value that was meant on the tenant, then export again.',
  },
  SECRET_ON_TENANT: {
    place: 'key',
    means: 'A setting of the tenant may be a secret, so it was not exported.',
    remedy: 'Remove it from the tenant, or put a placeholder for it into the file, then export again.',
  },
  APPLICATION_NOT_EXPORTED: {
    place: 'key',
    means:
      'A connection is enabled for an application that a file cannot hold as it is, so the list of its applications was not exported.',
    remedy:
      'A deploy of the export does not change which applications use the connection. Correct the application on the tenant, then export again.',
  },
} as const;

export const LOGIN_CODES = {
  NOTHING_DEPLOYED: {
    place: 'tenant',
    means: 'The local tenant does not have a Didit connection yet.',
    remedy: 'Run `npm run deploy` first.',
  },
  NO_APPLICATION: {
    place: 'key',
    means: 'The Didit connection of the local tenant is not enabled for an application with a callback.',
    remedy: 'Give the first application of enabled_clients a callback, and deploy.',
  },
  NO_LOOPBACK_CALLBACK: {
    place: 'key',
    means: 'No application that uses the Didit connection has a callback on this machine.',
    remedy: 'Add http://localhost:8400/callback to the callbacks of one of them, and deploy.',
  },
  CLIENT_SECRET_UNREADABLE: {
    place: 'resource',
    means: "The application's secret cannot be read, and its logins give no tokens without it.",
    remedy: 'Grant the deploy client the scope read:client_keys.',
  },
  PERSONA_UNKNOWN: {
    place: 'file',
    means: 'There is no persona with this name.',
    remedy: 'Use one of the names in the file.',
  },
  LOGIN_TIMED_OUT: {
    place: 'none',
    means: 'Nobody came back from the login in time.',
    remedy:
      "Run the command again. If the tenant's page showed an error, look at its logs (Monitoring > Logs).",
  },
  LOGIN_REFUSED: {
    place: 'tenant',
    means: 'The tenant ended the login with an error that is not one of our denials.',
    remedy:
      'Look at the connection, at the application and at Actions of other teams. The tenant logs each login (Auth0 dashboard, Monitoring > Logs).',
  },
  CODE_REFUSED: {
    place: 'tenant',
    means: 'The tenant does not give tokens for the code of the login.',
    remedy:
      'Run the command again: a code works once, and not for long. If it stays, compare grant_types and token_endpoint_auth_method of the application in tenant.yaml with the tenant.',
  },
  LOGIN_ANSWER_INVALID: {
    place: 'variable',
    means: "The tenant's answer fails a check of OpenID Connect.",
    remedy:
      "Check that AUTH0_DOMAIN is the tenant's own domain and not a custom domain, and that this machine's clock is right.",
  },
  SIGN_IN_STOPPED: {
    place: 'address',
    means: 'The simulated sign-in ended on a page from which it cannot continue.',
    remedy: 'Compare the application and the connection in tenant.yaml with what the message says.',
  },
  SIGN_IN_NO_FORM: {
    place: 'address',
    means: 'The simulated sign-in came to a page without a form.',
    remedy: 'Open the login in a browser to see what the page says.',
  },
  SIGN_IN_REDIRECT_LOOP: {
    place: 'address',
    means: 'The simulated sign-in was redirected too often.',
    remedy: 'Look at the redirects that the deployed Actions ask for.',
  },
  TRACE_NOT_FOUND: {
    place: 'tenant',
    means: 'The local tenant does not have a trace of this login.',
    remedy: 'Sign in again: the tenant keeps the newest 2,000 traces, or as many as its console is told.',
  },
} as const;

export const LOCAL_TENANT_CODES = {
  TENANT_RUNS_ALREADY: {
    place: 'none',
    means: 'The local tenant is already running.',
    remedy: 'Use that one, or stop it first (Ctrl-C in its terminal).',
  },
  CONSOLE_MISSING: {
    place: 'tenant',
    means: 'The local tenant that runs has no console.',
    remedy: 'Stop the command that keeps it running, then run `npm run console` again.',
  },
  PORT_IN_USE: {
    place: 'address',
    means: 'Another program uses the port.',
    remedy:
      'Stop that program, or use another port: `npm run deploy -- --port 0` moves the local tenant to a free one.',
  },
  PORT_REFUSED: {
    place: 'address',
    means: 'The operating system does not let you use the port.',
    remedy: 'Use a port above 1023, or `--port 0` for a free one.',
  },
  TENANT_STATE_IN_USE: {
    place: 'file',
    means: 'Another process has the local tenant open.',
    remedy: 'Stop the other `npm run tenant` (Ctrl-C), or use the tenant that it runs.',
  },
  TENANT_STATE_UNREADABLE: {
    place: 'file',
    means: 'The local tenant cannot open its state.',
    remedy: 'Check that you may write to the folder. To start again from nothing, delete `.local-tenant/`.',
  },
  TENANT_STATE_UNWRITABLE: {
    place: 'file',
    means: 'The local tenant cannot write its state: it keeps nothing of what it is sent.',
    remedy: 'Check that you may write there, and that the disk is not full. Then run the command again.',
  },
  PERSONAS_INVALID: {
    place: 'setting',
    means: 'The file of personas has something in it that cannot be understood.',
    remedy: 'Compare it with the entry `adult` and the comment at the top of the file.',
  },
} as const;
