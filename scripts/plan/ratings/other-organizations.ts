import { rulesAt } from './settings-effects.ts';
import { describeRules, isLooser, whatDiffers } from './looser-rules.ts';
import { placesOf } from '../../tenant-model/login-place.ts';
import type { LoginPlace } from '../../tenant-model/login-place.ts';
import { resourceIn, resourcesOf } from '../../tenant-model/tenant-model.ts';
import type { TenantModel } from '../../tenant-model/tenant-model.ts';
import { rated } from './security-codes.ts';
import type { SecurityRating } from './security-codes.ts';

/** An organization of others that asks its members for less than the application does that they sign in to. */
export interface OtherOrganization extends Required<LoginPlace> {
  readonly connection: string;
  readonly security: readonly SecurityRating[];
}

/**
 * Those that `tenant.yaml` does not list. It cannot say what they ask for, and their settings override its own.
 *
 * @param tenant As it is.
 * @param asked What `tenant.yaml` asks for.
 */
export const otherOrganizations = (tenant: TenantModel, asked: TenantModel): readonly OtherOrganization[] =>
  resourcesOf(tenant, 'connection').flatMap(({ name: connection }) =>
    placesOf(tenant, connection).flatMap(({ application, organization }): readonly OtherOrganization[] => {
      if (organization === undefined || resourceIn(asked, 'organization', organization) !== undefined)
        return [];
      const own = rulesAt(tenant, connection, { application, organization });
      const whole = rulesAt(tenant, connection, { application });
      if (own === undefined || whole === undefined || !isLooser(whole, own)) return [];
      const because = whatDiffers(describeRules(whole), describeRules(own));
      return [{ organization, application, connection, security: [rated('organization_weaker', because)] }];
    }),
  );
