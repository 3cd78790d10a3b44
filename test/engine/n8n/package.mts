import { createRequire } from 'node:module';
import { basename } from 'node:path';
import { loadOutputSchema, PackageDirectoryLoader } from 'n8n-core';
import type { INodeType } from 'n8n-workflow';

export const PACKAGE = 'n8n-nodes-thoughtly';

type Times = typeof import('../../../nodes/Thoughtly/transport/times').times;

const loader = new PackageDirectoryLoader(process.cwd());
let loaded: Promise<void> | undefined;

/** Loads the built package once; returns n8n's loader with what it found. */
export async function loadPackage(): Promise<PackageDirectoryLoader> {
	await (loaded ??= loader.loadAll());
	return loader;
}

/** Returns the times of the loaded package, for tests to shorten. */
export async function packageTimes(): Promise<Times> {
	const module = (await import(`${process.cwd()}/dist/nodes/Thoughtly/transport/times.js`)) as { times: Times };
	return module.times;
}

/** The nodes by name, once the package was loaded anew. */
let reloaded: Map<string, INodeType> | undefined;

/** Loads the built package anew, as a new n8n process does: nothing that it remembered is left. Not under Jest. */
export function reloadPackage(): void {
	const root = process.cwd();
	const load = createRequire(`${root}/package.json`);
	for (const file of Object.keys(load.cache)) if (file.startsWith(`${root}/dist/`)) delete load.cache[file];
	const { n8n } = load('./package.json') as { n8n: { nodes: string[] } };
	reloaded = new Map(
		n8n.nodes.map((file) => {
			const types = load(`./${file}`) as Record<string, new () => INodeType>;
			const node = new types[basename(file, '.node.js')]();
			return [node.description.name, node];
		}),
	);
}

/** Returns a node of the loaded package by its name without the package's. */
export const packageNode = (name: string) => reloaded?.get(name) ?? (loader.getNode(name).type as INodeType);

/** Returns a credential type of the loaded package. */
export const packageCredential = (name: string) => loader.getCredential(name).type;

const nodeDir = `${process.cwd()}/dist/nodes/Thoughtly`;

/** Returns the schema that n8n finds for the output of an operation, or of a node that has none. */
export const outputSchema = (resource?: string, operation?: string) =>
	loadOutputSchema({ nodeDir, version: 1, resource, operation });
