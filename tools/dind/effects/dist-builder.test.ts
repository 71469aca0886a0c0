import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	rmSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { DistBuilder } from './dist-builder.ts';
import { createDistBuilder } from './dist-builder.ts';
import { ToolError } from './errors.ts';

const repository = join(import.meta.dirname, '../../..');

describe('createDistBuilder', () => {
	const root = mkdtempSync(join(tmpdir(), 'dist-builder-'));
	const put = (path: string, text: string) => writeFileSync(join(root, path), text);
	const built = () => readFileSync(join(root, 'dist/main.cjs'), 'utf8');
	let builder: DistBuilder;

	before(async () => {
		for (const folder of ['src', 'dashboard', 'tools']) mkdirSync(join(root, folder));
		cpSync(join(repository, 'tools/build'), join(root, 'tools/build'), { recursive: true });
		symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
		put('package.json', '{"version": "1.2.3", "type": "module"}');
		put('package-lock.json', '{}');
		put('src/main.ts', `import { text } from './text.ts';\nconsole.log(text);\n`);
		put('src/text.ts', `export const text = 'first';\n`);
		// A page that is built at once, in place of the dashboard.
		put(
			'tools/build/page.mjs',
			[
				`import { mkdirSync, rmSync, writeFileSync } from 'node:fs';`,
				'let builds = 0;',
				'export async function buildPage(outdir) {',
				'rmSync(outdir, { recursive: true, force: true });',
				'mkdirSync(outdir, { recursive: true });',
				'writeFileSync(`${outdir}/builds`, String((builds += 1)));',
				'}',
			].join('\n'),
		);
		builder = await createDistBuilder(root, { optimize: true });
	});
	after(async () => {
		await builder.close();
		rmSync(root, { recursive: true });
	});

	it('must build again what has changed, and the page only when it did', async () => {
		const pageBuilds = () => readFileSync(join(root, 'dist/page/builds'), 'utf8');
		await builder.build();
		expect(built()).to.include('first');
		put('src/text.ts', `export const text = 'second';\n`);
		await builder.build();
		expect(built()).to.include('second');
		expect(pageBuilds()).to.equal('1');
		put('dashboard/index.html', '<p>');
		await builder.build();
		expect(pageBuilds()).to.equal('2');
	});

	it('must name place and fault of what cannot be built, and build once it is mended', async () => {
		put('src/text.ts', `export const text = ;\n`);
		await builder.build().then(
			() => expect.fail('must fail'),
			(thrown: unknown) => {
				expect(thrown).to.be.instanceOf(ToolError);
				expect(String(thrown)).to.match(/src\/text\.ts:1:\d+: /);
			},
		);
		put('src/text.ts', `export const text = 'third';\n`);
		await builder.build();
		expect(built()).to.include('third');
	});
});
