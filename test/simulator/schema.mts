// The parts that the schemas of the contract are made of.

/** A JSON schema in the dialect of OpenAPI 3.0. */
export interface Schema {
	[keyword: string]: unknown;
	properties?: Record<string, Schema>;
}

export const text = { type: 'string' };
export const flag = { type: 'boolean' };
export const integer = { type: 'integer' };
export const time = { type: 'string', format: 'date-time' };
export const uri = { type: 'string', format: 'uri' };
export const anyObject = { type: 'object', additionalProperties: true };
export const object = (properties: Record<string, Schema>, rest: Schema = {}): Schema => ({
	type: 'object',
	properties,
	...rest,
});
export const listOf = (items: Schema): Schema => ({ type: 'array', items });
export const orNull = (schema: Schema): Schema => ({ ...schema, nullable: true });
export const about = (description: string, schema: Schema): Schema => ({ ...schema, description });
/** A schema that `components/schemas` has under this name. */
export const ref = (name: string): Schema => ({ $ref: `${name}#` });
