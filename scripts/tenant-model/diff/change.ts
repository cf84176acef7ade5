import type { Field, ResourceKind, TenantModel } from '../tenant-model.ts';

/** One thing that differs, before anybody has rated it or put it into words. */
export interface FieldChange {
  readonly kind: ResourceKind;
  readonly name: string;
  /** `undefined` where the resource is created, or is no longer managed, as a whole. */
  readonly path: string | undefined;
  readonly before: Field | undefined;
  readonly after: Field | undefined;
}

/** `create`: was not there. `erase`: what the tenant has is lost. `unmanage`: a file no longer names it; a tenant keeps it. */
export type ChangeVerb = 'create' | 'change' | 'erase' | 'unmanage';

/** Two states of the same things. */
export interface ModelPair {
  readonly before: TenantModel;
  readonly after: TenantModel;
}
