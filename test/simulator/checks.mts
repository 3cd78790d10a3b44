// The checks of requests against the contract.
import { Ajv, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { FastifySchemaCompiler } from 'fastify';
import { webhookEvents } from './callSchemas.mts';
import { type Schema, object } from './schema.mts';

const scalar = { type: ['string', 'number', 'boolean'] };

/** Where the simulator departs from the published body schemas: by property, what it checks besides or instead. */
const departures: Record<string, Schema> = {
	phone_number: { pattern: '^\\+[1-9]\\d{6,14}$' },
	// The routes narrow them down to strings, since that can be switched off
	attributes: { additionalProperties: scalar },
	metadata: { additionalProperties: scalar },
	// The route itself refuses the undocumented ones, since that can be switched off
	type: { enum: webhookEvents },
};

/** The schema as it is checked: a key that is not listed is refused, even where the profile is silent. */
function strict(schema: Schema, changes: Record<string, Schema>): Schema {
	const properties = Object.entries(schema.properties ?? {}).map(([name, property]) => [
		name,
		{ ...property, ...changes[name] },
	]);
	return { additionalProperties: false, ...schema, properties: Object.fromEntries(properties) };
}

/** A compiler for fastify: queries are read as the types that they stand for, bodies are taken as they are. */
export function validatorCompiler(): FastifySchemaCompiler<Schema> {
	const queries = new Ajv({ coerceTypes: 'array', useDefaults: true });
	const bodies = new Ajv({ allowUnionTypes: true });
	for (const ajv of [queries, bodies]) addFormats(ajv);
	return ({ schema, httpPart }) =>
		httpPart === 'body' ? bodies.compile(strict(schema, departures)) : queries.compile(strict(schema, {}));
}

/** The schema of a request without a query. */
export const noQuery = object({});

/** The error of a request that breaks the contract; it names the field. */
export function contractError([error]: ErrorObject[], part: string): Error {
	const { instancePath, keyword, params, message } = error;
	const parent = instancePath.slice(1).replaceAll('/', '.');
	const missing: unknown = params.missingProperty ?? params.additionalProperty;
	const field = [parent, missing].filter(Boolean).join('.');
	const complaints: Record<string, string> = {
		required: 'is required',
		additionalProperties: 'is not a known field',
		enum: `must be one of ${[params.allowedValues].flat().join(', ')}`,
	};
	return new Error([part, field, complaints[keyword] ?? message].filter(Boolean).join(' '));
}
