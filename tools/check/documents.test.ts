import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { parseServiceComposition } from '../../src/model/composition-parser.ts';
import { createProgram } from '../dind/cli/program.ts';
import { isTitleIn } from './compatibility.ts';
import { isShownBy, shownCommands } from './document-commands.ts';
import { isRunBy, textOfTest } from './document-runs.ts';
import { anchorsOf, blocksOf, commandsIn, commandsOf, linksOf } from './documents.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const tracked = execFileSync(
	'git',
	['ls-files', '--cached', '--others', '--exclude-standard', '*.md'],
	{
		cwd: root,
		encoding: 'utf8',
	},
);
const files = tracked
	.split('\n')
	.filter((file) => file !== '' && existsSync(path.join(root, file)));

const refuse = () => Promise.reject(new Error('a document is only read'));
const program = createProgram({
	arch: 'amd64',
	onExit: () => undefined,
	print: () => undefined,
	verbs: {
		...{ run: refuse, build: refuse, buildrun: refuse, refresh: refuse, logs: refuse },
		...{ status: refuse, plan: refuse, events: refuse, push: refuse, shell: refuse },
		...{ api: refuse, doctor: refuse, stop: refuse, bundle: refuse, import: refuse },
	},
});

/** @returns what dindctl does not know of this command line */
function strangeIn(command: string): string | undefined {
	const [, verb = '', ...words] = command.split(/\s+/);
	if (verb.startsWith('-')) return undefined;
	const known = program.commands.find((one) => one.name() === verb);
	if (known === undefined) return verb;
	if (['logs', 'shell'].includes(verb)) return undefined; // what follows is another program's
	return words
		.filter((word) => /^--?[a-z]/.test(word) && word !== '--help')
		.find((word) => !known.options.some(({ long, short }) => word === long || word === short));
}

describe('documents', () => {
	for (const file of files) {
		const text = read(file);
		const links = linksOf(file, text);
		if (links.length > 0) {
			it(`must lead somewhere: the links of ${file}`, () => {
				const broken = links.filter(({ file: linked, anchor }) => {
					if (!existsSync(path.join(root, linked))) return true;
					return anchor !== undefined && !anchorsOf(read(linked)).includes(anchor);
				});
				expect(broken).to.deep.equal([]);
			});
		}
		for (const block of blocksOf(text)) {
			const place = `${file}:${block.line}`;
			const commands = commandsOf(block).filter((one) => one.startsWith('./dindctl'));
			if (block.language === 'sh' && commands.length > 0) {
				it(`must know the commands of ${place}`, () => {
					expect(commands.map(strangeIn).filter((one) => one !== undefined)).to.deep.equal([]);
				});
			}
			if (block.language === 'sh') {
				it(`must be a shell's own language: ${place}`, () => {
					execFileSync('bash', ['-n'], { input: block.text, stdio: ['pipe', 'pipe', 'pipe'] });
				});
			}
			if (block.language === 'json') {
				it(`must be JSON: ${place}`, () => void JSON.parse(block.text));
			}
			if (block.language === 'yaml' && block.text.startsWith('services:')) {
				it(`must be a composition that is understood whole: ${place}`, () => {
					const { services } = parse(block.text) as { services: Record<string, object> };
					for (const [name, service] of Object.entries(services)) {
						const beside = new Set(['build', 'image', 'labels', 'environment']);
						const members = Object.entries(service).filter(([field]) => !beside.has(field));
						const parsed = parseServiceComposition(Object.fromEntries(members), name);
						expect(parsed.ok ? parsed.value.ignored : parsed.reasons).to.deep.equal([]);
					}
				});
			}
		}
	}

	it('must show a plan as the planner writes it', () => {
		const shown = blocksOf(read('docs/guide/how-it-works.md')).find(({ text }) =>
			text.startsWith('#1'),
		);
		const corpus = 'src/plan/testing/corpus/release-fetch-all-images-before-anything-stops.yaml';
		const { plan } = parse(read(corpus)) as { plan: string };
		expect(shown?.text).to.equal(plan.trimEnd());
	});
});

describe('the commands of the documents', () => {
	const commands = [...new Set(files.flatMap((file) => commandsIn(read(file))))];

	it('must each be run by a test, or be left out for a reason (a row of document-commands.ts)', () => {
		const strange = commands.filter((text) => !shownCommands.some((row) => isShownBy(row, text)));
		expect(strange).to.deep.equal([]);
	});

	it('must still be there where one has a row', () => {
		const idle = shownCommands.filter((row) => !commands.some((text) => isShownBy(row, text)));
		expect(idle.map(({ command }) => String(command))).to.deep.equal([]);
	});

	it('must be run by the tests that are named, by what those say or take out of a document', () => {
		const idle = commands.flatMap((text) => {
			const row = shownCommands.find((one) => isShownBy(one, text));
			if (row === undefined || !('by' in row)) return [];
			const [file, title] = row.by;
			const shown = row.as ?? text;
			const isRun = isRunBy(textOfTest(read(file), title), shown);
			return isRun ? [] : [`${file}: ${title}: does not run: ${shown}`];
		});
		expect(idle).to.deep.equal([]);
	});

	it('must be run as themselves, or as the same command with other words', () => {
		const verbOf = (text: string) => /^\S+( [a-z]+(?= |$))?/.exec(text)?.[0];
		const others = commands.filter((text) => {
			const row = shownCommands.find((one) => isShownBy(one, text));
			const as = row !== undefined && 'as' in row ? row.as : undefined;
			return as !== undefined && verbOf(as) !== verbOf(text);
		});
		expect(others).to.deep.equal([]);
	});

	it('must be run by tests that are there', () => {
		const lost = shownCommands.flatMap((row) => ('by' in row ? [row.by] : []));
		expect(lost.filter(([file, title]) => !isTitleIn(read(file), title))).to.deep.equal([]);
	});
});

describe('the pictures of the README', () => {
	it('must be small enough for slow links', () => {
		for (const picture of ['docs/dashboard.png', 'docs/terminal.svg']) {
			expect(statSync(path.join(root, picture)).size, picture).to.be.within(10_000, 150_000);
			expect(read('README.md')).to.include(picture);
		}
	});
});
