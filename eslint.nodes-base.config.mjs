// The second lint pass: n8n-nodes-base's rules on what ships, typescript-eslint on the `.mts` programs around it.
import n8nNodesBase from 'eslint-plugin-n8n-nodes-base';
import tseslint from 'typescript-eslint';

const { community, credentials, nodes } = n8nNodesBase.configs;

export default tseslint.config(
	{ ignores: ['dist/**', '**/*.js', '**/*.mjs'] },
	{ linterOptions: { noInlineConfig: true } },
	{ plugins: { 'n8n-nodes-base': n8nNodesBase } },
	{ files: ['**/*.ts'], languageOptions: { parser: tseslint.parser } },
	{
		files: ['**/*.mts'],
		extends: [tseslint.configs.recommended],
		rules: { 'no-console': 'error' },
	},
	{
		files: ['package.json'],
		languageOptions: { parser: tseslint.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		rules: community.rules,
	},
	{
		files: ['credentials/**/*.ts'],
		rules: {
			...credentials.rules,
			// @n8n/eslint-plugin-community-nodes demands the opposite of these, here and below
			'n8n-nodes-base/cred-class-field-documentation-url-miscased': 'off',
			'n8n-nodes-base/cred-class-field-type-options-password-missing': 'off',
		},
	},
	{
		files: ['nodes/**/*.ts'],
		rules: {
			...nodes.rules,
			'n8n-nodes-base/node-class-description-inputs-wrong-regular-node': 'off',
			'n8n-nodes-base/node-class-description-outputs-wrong': 'off',
			'n8n-nodes-base/node-param-type-options-max-value-present': 'off',
		},
	},
);
