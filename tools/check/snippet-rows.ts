import type { Block } from './documents.ts';

/** Snippets of the documents that are alike, and what becomes of them in the tests. */
export type SnippetRow = {
	readonly language: string;
	/** Beginning of their text; any by default. */
	readonly begins?: string;
} & (
	| /** The file, and the title of the test, that looks at them. */ {
			readonly by: readonly [file: string, title: string];
	  }
	| /** Why no test does. */ { readonly not: string }
);

const documents = 'tools/check/documents.test.ts';
const snippets = 'tools/check/snippets.test.ts';

/** Every snippet that is not for the shell has a row; document-commands.ts has those that are. */
export const snippetRows: readonly SnippetRow[] = [
	{
		language: 'yaml',
		begins: 'services:',
		by: [documents, 'must be a composition that is understood whole: ${place}'],
	},
	{
		language: 'yaml',
		begins: 'scrape_configs:',
		by: [snippets, 'must be a configuration of Prometheus: ${place}'],
	},
	{
		language: 'json',
		by: [snippets, 'must be a config.json that is good as it stands: ${place}'],
	},
	{ language: 'ts', by: [snippets, 'must run as it stands: ${place}'] },
	{ language: '', begins: 'APP ', by: [snippets, 'must show a status as dindctl prints it'] },
	{ language: '', begins: '#1 ', by: [documents, 'must show a plan as the planner writes it'] },
	{
		language: '',
		begins: '[  20.3 s]',
		by: ['test/e2e/device.test.ts', 'must do nothing when it is run again'],
	},
	{
		language: '',
		begins: 'info  no delta',
		by: [snippets, 'must show of the log what the code writes'],
	},
	{ language: '', begins: '  intent ', not: 'a drawing' },
];

export function isRowOf({ language, begins = '' }: SnippetRow, block: Block): boolean {
	return block.language === language && block.text.startsWith(begins);
}
