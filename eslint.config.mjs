import globals from 'globals';
import sonarjs from 'eslint-plugin-sonarjs';
import tseslint from 'typescript-eslint';

const clockRules = [
	{ object: 'Date', property: 'now', message: 'Take a Clock (kit/clock.ts).' },
	{ object: 'Math', property: 'random', message: 'Take a Random (kit/random.ts).' },
];

/** What a room of the product may not do: read the clock, wait, or touch the environment by itself. */
const productRules = {
	'no-restricted-properties': [
		'error',
		...clockRules,
		{ object: 'process', property: 'env', message: 'Only main.ts reads the environment.' },
	],
	'no-restricted-globals': [
		'error',
		{ name: 'setTimeout', message: 'Use Clock.sleep.' },
		{ name: 'setInterval', message: 'Use Clock.sleep in a loop.' },
	],
	'no-restricted-syntax': [
		'error',
		{
			selector: 'NewExpression[callee.name="Date"][arguments.length=0]',
			message: 'Take a Clock (kit/clock.ts).',
		},
		{
			selector: 'Program > VariableDeclaration[kind="let"]',
			message: 'No state at the top level: put it in a factory.',
		},
		{
			selector: 'Program > ExportNamedDeclaration > VariableDeclaration[kind="let"]',
			message: 'No state at the top level: put it in a factory.',
		},
		{ selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
		{ selector: 'TSEnumDeclaration', message: 'Use a union of literals.' },
	],
};

export default tseslint.config(
	{
		ignores: [
			...['node_modules', 'dist', 'artifacts', '.cache', 'docs/generated'],
			'tools/client/schema.ts',
		],
	},
	{
		files: ['**/*.mjs'],
		languageOptions: { globals: globals.node },
	},
	{
		files: ['**/*.ts', '**/*.tsx'],
		extends: [...tseslint.configs.strictTypeChecked],
		plugins: { sonarjs },
		languageOptions: {
			parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
		},
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			'@typescript-eslint/consistent-type-imports': 'error',
			'@typescript-eslint/only-throw-error': 'error',
			'@typescript-eslint/switch-exhaustiveness-check': [
				'error',
				{ considerDefaultExhaustiveForUnions: true },
			],
			'@typescript-eslint/restrict-template-expressions': [
				'error',
				{ allowNumber: true, allowBoolean: true },
			],
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			'@typescript-eslint/no-unused-vars': [
				'error',
				{ argsIgnorePattern: '^_', ignoreRestSiblings: true },
			],
			'max-lines': ['error', { max: 300, skipComments: true, skipBlankLines: true }],
			'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
			'max-params': ['error', 3],
			'no-console': 'error',
			'sonarjs/cognitive-complexity': ['error', 12],
			eqeqeq: ['error', 'always'],
		},
	},
	{ files: ['src/**/*.ts'], ignores: ['src/kit/**', 'src/main.ts'], rules: productRules },
	{
		files: ['tools/**/*.ts', 'bench/**/*.ts', 'sync.ts', 'examples/**/*.ts'],
		rules: { 'no-console': 'off' },
	},
	{
		files: ['**/*.test.ts', 'test/**/*.ts', 'src/**/testing/**/*.ts'],
		rules: {
			'max-lines': 'off',
			'max-lines-per-function': 'off',
			'no-restricted-globals': 'off',
			'no-restricted-properties': 'off',
			'no-restricted-syntax': 'off',
			'@typescript-eslint/no-unused-expressions': 'off',
			'@typescript-eslint/no-non-null-assertion': 'off',
			'sonarjs/cognitive-complexity': 'off',
		},
	},
);
