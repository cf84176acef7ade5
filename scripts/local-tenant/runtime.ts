/** What runs a login's Actions, and the people who sign in, without a tenant around them. */
export type {
  ActionsRuntime,
  ActionTrace,
  DeployedAction,
  PostLoginOutcome,
  PostLoginRun,
} from '../runner/contract.ts';
export { createActionsRuntime, createSharedRuntime } from '../runner/runtime.ts';
export { personaFacts, withFacts } from './didit-stand-in/persona-facts.ts';
export { loadEveryPersona, loadPersonas, userInfoOf } from './didit-stand-in/personas.ts';
export type { Persona } from './didit-stand-in/personas.ts';
export { buildEvent } from './login/event.ts';
export type { EventParts } from './login/event.ts';
export { joinOutcomes } from './login/post-login.ts';
export type { RefreshTokenDocument, SessionDocument } from './login/records.ts';
export { mergeMetadata } from './login/users.ts';
export type { IdentityDocument, UserDocument } from './store/resources.ts';
