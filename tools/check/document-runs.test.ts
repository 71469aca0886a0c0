import { expect } from 'chai';
import { isRunBy, shellBlocks, textOfTest, wordsOf } from './document-runs.ts';

describe('what a test runs of the documents', () => {
	const stop = './dindctl stop';
	const docs = 'docs/events.md';
	const watch =
		'curl -N -H "Authorization: Bearer $KEY" "http://$DEVICE:48484/v3/events?after=0&types=step,app"';

	const cases: readonly {
		readonly name: string;
		readonly test: string;
		readonly command: string;
		readonly isRun: boolean;
	}[] = [
		{ name: 'is followed', test: `await dindctl.follow('${stop}');`, command: stop, isRun: true },
		{
			name: 'gives its words, on a line of its own',
			test: `mustCall(\n\t...wordsOf(\n\t\t'${stop}', {}))`,
			command: stop,
			isRun: true,
		},
		{
			name: 'is only named in a title',
			test: `it('must end: ${stop}', () => dindctl.call('logs'))`,
			command: stop,
			isRun: false,
		},
		{
			name: 'is the title',
			test: `describe('${stop}', () => dindctl.call('logs'))`,
			command: stop,
			isRun: false,
		},
		{ name: 'is in a comment', test: `// ${stop}\nrun();`, command: stop, isRun: false },
		{
			name: 'is the beginning of another',
			test: `follow('${stop} --all')`,
			command: stop,
			isRun: false,
		},
		{
			name: 'stands below the heading that is taken',
			test: `const [block] = shellBlocks('${docs}', 'Events');`,
			command: watch,
			isRun: true,
		},
		{
			name: 'stands in the document that is taken',
			test: `for (const block of shellBlocks('${docs}'))`,
			command: watch,
			isRun: true,
		},
		{
			name: 'stands in another document than the one that is taken',
			test: `for (const block of shellBlocks('docs/images.md'))`,
			command: watch,
			isRun: false,
		},
		{
			name: 'stands below another heading',
			test: `shellBlocks('docs/deltas.md', 'Trying it')`,
			command: watch,
			isRun: false,
		},
		{
			name: 'is done by other means',
			test: 'fetch(`http://127.0.0.1:${port}/v3/events?after=${id}`)',
			command: watch,
			isRun: false,
		},
	];
	for (const { name, test, command, isRun } of cases) {
		it(`must be told: a command that ${name} is ${isRun ? '' : 'not '}run`, () => {
			expect(isRunBy(test, command)).to.equal(isRun);
		});
	}

	const file = [
		"describe('a device', () => {",
		"\tbefore(() => dindctl.follow('./dindctl run'));",
		"\t// follow('./dindctl build')",
		"\tit('must end', () => dindctl.follow('./dindctl stop'));",
		"\tfor (const name of ['one']) {",
		'\t\tit(`must answer ${name}`, async () => {',
		"\t\t\tif (name !== '') {",
		"\t\t\t\tawait dindctl.follow('./dindctl doctor');",
		'\t\t\t}',
		'\t\t});',
		'\t}',
		'});',
	].join('\n');
	const tests: readonly { readonly title: string; readonly runs: readonly string[] }[] = [
		{ title: 'must end', runs: ['./dindctl run', './dindctl stop'] },
		{ title: 'must answer ${name}', runs: ['./dindctl run', './dindctl doctor'] },
		{ title: 'must be lost', runs: ['./dindctl run'] },
	];
	for (const { title, runs } of tests) {
		it(`must be what the test does and what all tests of its file stand on: ${title}`, () => {
			const all = ['run', 'stop', 'doctor', 'build'].map((verb) => `./dindctl ${verb}`);
			const text = textOfTest(file, title);
			expect(all.filter((command) => isRunBy(text, command))).to.deep.equal(runs);
		});
	}

	it('must not be taken from where there is nothing', () => {
		expect(() => shellBlocks('docs/events.md', 'No such heading')).to.throw('No such heading');
		expect(() => shellBlocks('docs/glossary.md')).to.throw('docs/glossary.md');
	});

	it('must have other words only in the place of words that are there', () => {
		const words = wordsOf('./dindctl plan DIR', { DIR: '/tmp/a b' });
		expect(words).to.deep.equal(['./dindctl', 'plan', '/tmp/a b']);
		expect(() => wordsOf('./dindctl plan DIR', { FOLDER: 'a' })).to.throw('no FOLDER');
	});
});
