import type { TerraformMetaArguments } from "cdktf";
import type { Construct } from "constructs";
import type { Shape } from "./attributes";
import { CaproverResource } from "./resource";

export interface CaproverProjectProps {
  readonly name: string;
  /** Id of the project that this one is in. @default - none */
  readonly parentId?: string;
  /** @default "" */
  readonly description?: string;
}

export const PROJECT_SHAPE: Shape<CaproverProjectProps> = { name: true, parentId: true, description: true };

/** `caprover_project`: a folder for apps in CapRover's dashboard. */
export class CaproverProject extends CaproverResource {
  constructor(scope: Construct, id: string, props: CaproverProjectProps & TerraformMetaArguments) {
    super(scope, id, "caprover_project", PROJECT_SHAPE, props);
  }

  /** For `projectId` of an app. */
  get projectId(): string {
    return this.getStringAttribute("id");
  }
}
