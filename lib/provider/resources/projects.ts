import { computed, defaulted, required, string, TerraformError } from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import { doOnce } from "../captain/do-once";
import { type JsonObject, objectsAt, textAt } from "../captain/json";
import { resource } from "./definitions";
import { alreadyThere, planToCreate, planToDestroy, type Thing } from "./existing";
import { parseImportId } from "./import-id";

interface Project {
  readonly id: string;
  readonly name: string;
  readonly parentProjectId: string;
  readonly description: string;
}

const PROJECTS = "/user/projects";

export async function listProjects(captain: Captain, signal: AbortSignal): Promise<readonly Project[]> {
  return projectsIn(await captain.read(PROJECTS, "list the projects", signal, "projects"));
}

const projectsIn = (data: JsonObject): readonly Project[] =>
  objectsAt(data, "projects").map((one) => ({
    id: textAt(one, "id"),
    name: textAt(one, "name"),
    parentProjectId: textAt(one, "parentProjectId"),
    description: textAt(one, "description"),
  }));

/** From an answer that the plans of one process share. */
export async function cachedProjects(captain: Captain, signal: AbortSignal): Promise<readonly Project[]> {
  return projectsIn(await captain.cachedRead(PROJECTS, "list the projects", signal, "projects"));
}

const thingOf = (name: string, parentId: string): Thing => ({
  type: "caprover_project",
  key: JSON.stringify([parentId, name]),
  called: `project "${name}"`,
  attribute: "name",
});

/**
 * CapRover allows several projects of one name, and has no place for a mark in them. So one that is there is never taken:
 * nobody can tell whose it is.
 *
 * @throws TerraformError when there is one of that name in the same parent
 */
function checkNew(projects: readonly Project[], name: string, parentId: string): void {
  const same = projects.filter((one) => one.name === name && one.parentProjectId === parentId);
  if (same.length === 0) return;
  throw alreadyThere(
    thingOf(name, parentId),
    same.map(({ id }) => id),
    "It may be somebody else's.",
  );
}

export const projectResource = resource({
  description: "A project: a folder for apps in CapRover's dashboard.",
  attributes: {
    name: required(string, {
      description: "Name of the project, as the dashboard shows it.",
      validators: [(name) => (name.trim() === "" ? "it is empty" : undefined)],
    }),
    parent_id: defaulted(string, "", {
      description: "Id of the project that it is in. Without it, the project is at the top.",
    }),
    description: defaulted(string, "", { description: "Shown in CapRover's dashboard." }),
    id: computed(string, {
      useStateForUnknown: true,
      description: "CapRover's id of the project, for `project_id` of an app.",
    }),
  },

  async modifyPlan({ name, parent_id: parentId }, { state: prior, providerData, signal }) {
    const { coordination, isConfigured } = providerData;
    if (prior !== null) coordination.lives.hold(thingOf(prior.name, prior.parent_id));
    else if (typeof name === "string" && typeof parentId === "string") {
      const thing = thingOf(name, parentId);
      planToCreate(thing, coordination);
      const isNew = isConfigured && !coordination.lives.isHeld(thing);
      if (isNew) checkNew(await listProjects(providerData.captain, signal), name, parentId);
    }
    if (isConfigured && typeof parentId === "string" && parentId !== (prior?.parent_id ?? "")) {
      const projects = await cachedProjects(providerData.captain, signal);
      if (parentId !== "" && !projects.some(({ id }) => id === parentId)) {
        throw new TerraformError(`There is no project with the id "${parentId}"`, {
          detail: "Give the id of a caprover_project, or leave parent_id out.",
          path: ["parent_id"],
        });
      }
    }
    return undefined;
  },

  planDestroy({ name, parent_id: parentId }, { providerData }) {
    planToDestroy(thingOf(name, parentId), providerData.coordination);
  },

  async create({ name, parent_id: parentProjectId, description }, { providerData, signal }) {
    const { captain, coordination } = providerData;
    return coordination.inTurn(PROJECTS, async () => {
      const projects = await listProjects(captain, signal);
      checkNew(projects, name, parentProjectId);
      const before = new Set(projects.map(({ id }) => id));
      const made = await doOnce(
        {
          call: `create project "${name}"`,
          path: `${PROJECTS}/register`,
          body: { name, parentProjectId, description },
          longestSeconds: 10,
          look: async () =>
            (await listProjects(captain, signal)).find((one) => one.name === name && !before.has(one.id)),
        },
        captain,
        signal,
      );
      return { id: made.id };
    });
  },

  async read(state, { providerData, signal }) {
    providerData.coordination.lives.hold(thingOf(state.name, state.parent_id));
    const projects = await listProjects(providerData.captain, signal);
    const found = projects.find(({ id }) => id === state.id);
    if (found === undefined) return null;
    return { ...state, name: found.name, parent_id: found.parentProjectId, description: found.description };
  },

  async update({ name, parent_id: parentProjectId, description }, { providerData, signal, state: prior }) {
    const projectDefinition = { id: prior.id ?? "", name, parentProjectId, description };
    await providerData.captain.writeOrThrow(
      `${PROJECTS}/update`,
      { projectDefinition },
      `change project "${name}"`,
      signal,
    );
    return { id: prior.id };
  },

  async delete({ id, name }, { providerData, signal }) {
    const projects = await listProjects(providerData.captain, signal);
    if (id === null || !projects.some((one) => one.id === id)) return;
    await providerData.captain.writeOrThrow(
      `${PROJECTS}/delete`,
      { projectIds: [id] },
      `delete project "${name}"`,
      signal,
    );
  },

  async importState(id, { providerData, signal }) {
    const projects = await listProjects(providerData.captain, signal);
    const named = projects.filter(({ name }) => name === id);
    const found = projects.find((one) => one.id === id) ?? named[0];
    if (found === undefined) {
      parseImportId(id, "the project's id or name", []);
      throw new TerraformError(`There is no project with the id or name "${id}"`);
    }
    if (found.id !== id && named.length > 1) {
      const all = named.map((one) => `${one.id} (in ${one.parentProjectId || "no other project"})`);
      throw new TerraformError(`There are ${named.length} projects "${id}": import one by its id`, {
        detail: `There are: ${all.join(", ")}.`,
      });
    }
    return {
      id: found.id,
      name: found.name,
      parent_id: found.parentProjectId,
      description: found.description,
    };
  },
});
