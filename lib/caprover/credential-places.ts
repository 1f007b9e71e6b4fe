import type { Construct } from "constructs";
import { type Acknowledgements, acknowledgeSchema, Review } from "../rules/review";
import { CREDENTIAL_RULES, type CredentialRuleId } from "../rules/secret";
import { isCredentialName } from "../support/credential-names";
import { credentialPlaces, type SecretPlace, type TextPlace, textsIn } from "../support/credential-places";
import { isPublicValue } from "../support/credentials";
import { lazily, propsSchema, validateProps } from "../support/validation";

/** The props of every binding besides its attributes. */
export interface CapRoverAcknowledge {
  /** Rules about credentials that may be broken here, each with the reason. @default - none */
  readonly acknowledge?: Acknowledgements<CredentialRuleId>;
}

const SCHEMA = lazily(() =>
  propsSchema<CapRoverAcknowledge>({ acknowledge: acknowledgeSchema(CREDENTIAL_RULES) }),
);

const ALREADY = new WeakSet<object>();

/** Marks a binding's props as checked by the construct around it, with that construct's names and acknowledgements. */
export function reviewed<Props extends object>(props: Props): Props {
  ALREADY.add(props);
  return props;
}

/** @throws HermesConfigError for a credential that is written into the program, or that Terraform would show */
export function reviewCredentials(
  scope: Construct,
  props: object,
  own: object,
  acknowledge: CapRoverAcknowledge["acknowledge"],
): void {
  if (ALREADY.has(props)) return;
  validateProps(scope, SCHEMA, { acknowledge });
  const texts = [...textsIn(own)];
  const places = { secrets: texts.flatMap(secretPlace), texts };
  new Review(scope, acknowledge).apply(CREDENTIAL_RULES, credentialPlaces(scope, places)).conclude();
}

/** A write-only attribute, the provider's password, or a variable of the environment that is named like a credential. */
function secretPlace({ prop, name, value }: TextPlace): readonly SecretPlace[] {
  if (WRITE_ONLY.test(prop)) return [{ prop, value }];
  if (prop === "password") return [{ prop, value, fix: PROVIDER_FIX }];
  const inEnvironment = prop.startsWith("environment") && isCredentialName(name) && !isPublicValue(value);
  return inEnvironment ? [{ prop, value, fix: "move it to `secretEnvironmentWo`" }] : [];
}

const WRITE_ONLY = /^(?:basicAuth\.)?[A-Za-z]+Wo(?:$|[.[])/;

const PROVIDER_FIX =
  "leave it out and set CAPROVER_PASSWORD, or give a sensitive TerraformVariable's stringValue";
