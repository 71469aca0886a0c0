import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';
import { citationsOf, isTitleIn, readTables, type Row } from './compatibility.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = path.join(root, 'docs/compatibility');
const pages = [
	path.join(root, 'docs/compatibility.md'),
	...readdirSync(folder).map((name) => path.join(folder, name)),
].sort();

const fileOf = (cited: string): string =>
	path.join(root, cited.replace(/^corpus\//, 'src/plan/testing/corpus/'));
const texts = new Map<string, string>();
const textOf = (cited: string): string => {
	const known = texts.get(cited) ?? readFileSync(fileOf(cited), 'utf8');
	texts.set(cited, known);
	return known;
};

for (const page of pages) {
	const name = path.relative(root, page);
	const rows: readonly Row[] = readTables(readFileSync(page, 'utf8'));
	const citations = rows.flatMap(({ text }) => citationsOf(text));

	describe(name, () => {
		it('must show every line by a test, unless it says that it does not hold yet', () => {
			const bare = rows.filter(
				({ here, shownBy }) => !here.startsWith('**Not yet**') && citationsOf(shownBy).length === 0,
			);
			expect(bare.map(({ text }) => text)).to.deep.equal([]);
		});

		it('must show nothing by a test that it says does not hold yet', () => {
			const both = rows.filter(
				({ here, shownBy }) => here.startsWith('**Not yet**') && shownBy !== '',
			);
			expect(both.map(({ text }) => text)).to.deep.equal([]);
		});

		it('must name tests that are there', () => {
			const absent = citations.filter(({ file }) => !existsSync(fileOf(file)));
			expect(absent.map(({ file }) => file)).to.deep.equal([]);
		});

		it('must quote titles that their files have', () => {
			const wrong = citations
				.filter(({ file }) => existsSync(fileOf(file)))
				.flatMap(({ file, titles }) =>
					titles.filter((title) => !isTitleIn(textOf(file), title)).map((title) => [file, title]),
				);
			expect(wrong).to.deep.equal([]);
		});

		it('must tell no line twice', () => {
			const lines = rows.map(({ line }) => line);
			expect(lines.filter((line, at) => lines.indexOf(line) !== at)).to.deep.equal([]);
		});
	});
}

describe('the pages of docs/compatibility', () => {
	it('must all be linked from docs/compatibility.md', () => {
		const index = readFileSync(path.join(root, 'docs/compatibility.md'), 'utf8');
		const unlinked = readdirSync(folder).filter(
			(name) => !index.includes(`(compatibility/${name})`),
		);
		expect(unlinked).to.deep.equal([]);
	});
});

describe('isTitleIn', () => {
	const text =
		"it('must be plain', f); it(`must read ${name}`, f); it(\"must keep the app's\", f);";
	for (const { title, found } of [
		{ title: 'must be plain', found: true },
		{ title: 'must be', found: false },
		{ title: 'must read all of it', found: true },
		{ title: 'must not read all of it', found: false },
		{ title: "must keep the app's", found: true },
	]) {
		it(`must ${found ? 'find' : 'miss'} "${title}"`, () => {
			expect(isTitleIn(`${text} { name: 'all of it' }`, title)).to.equal(found);
		});
	}

	it('must miss a title whose filling is not in the file', () => {
		expect(isTitleIn(text, 'must read nothing like it')).to.equal(false);
	});
});
