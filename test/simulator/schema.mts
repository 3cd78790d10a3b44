// The parts that the schemas of the contract are made of.

/** A JSON schema in the dialect of OpenAPI 3.0. */
export interface Schema {
	[keyword: string]: unknown;
	properties?: Record<string, Schema>;
}

export const text = { type: 'string' };
export const flag = { type: 'boolean' };

export const object = (properties: Record<string, Schema>, rest: Schema = {}): Schema => ({
	type: 'object',
	properties,
	...rest,
});
