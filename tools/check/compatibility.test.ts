import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect } from 'chai';

const root = path.join(import.meta.dirname, '../..');

describe('docs/compatibility.md', () => {
	it('must name tests that are there', () => {
		const text = readFileSync(path.join(root, 'docs/compatibility.md'), 'utf8');
		const named = [...text.matchAll(/`((?:src|test|tools|corpus)\/[^`]+\.(?:ts|yaml))`/g)];
		const files = named.map(([, file = '']) =>
			file.replace(/^corpus\//, 'src/plan/testing/corpus/'),
		);
		expect(files).to.not.be.empty;
		expect(files.filter((file) => !existsSync(path.join(root, file)))).to.deep.equal([]);
	});
});
