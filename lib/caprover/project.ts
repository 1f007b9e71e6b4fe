import type { Construct } from "constructs";
import { anyText, lazily, propsSchema, text } from "../support/validation";
import { attribute } from "./attributes";
import { CapRoverResource, type CapRoverResourceOptions } from "./resource";

/** The settings of a project. */
export interface CapRoverProjectProps {
  /** Name of the project. */
  readonly name: string;
  /** Id of the parent project. @default - none */
  readonly parentId?: string;
  /** A note that CapRover's dashboard shows. @default "" */
  readonly description?: string;
}

export const PROJECT_SCHEMA = lazily(() =>
  propsSchema<CapRoverProjectProps>({
    name: anyText("a name"),
    parentId: attribute(text(/^[^\0]*$/, "the id of a project")),
    description: attribute(text(/^[^\0]*$/, "a string")),
  }),
);

/** `caprover_project`: a folder for apps in CapRover's dashboard. */
export class CapRoverProject extends CapRoverResource {
  constructor(scope: Construct, id: string, props: CapRoverProjectProps & CapRoverResourceOptions) {
    super(scope, id, "caprover_project", PROJECT_SCHEMA, props);
  }

  /** Id of the project, for `projectId` of an app. */
  get projectId(): string {
    return this.getStringAttribute("id");
  }
}
