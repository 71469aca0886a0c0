import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { z } from 'zod';

const root = join(import.meta.dirname, '../..');

/** What CycloneDX 1.5 asks of a document and its components, strictly as far as it goes. */
const Component = z.looseObject({
	'bom-ref': z.string().min(1),
	type: z.enum(['application', 'library', 'platform']),
	name: z.string().min(1),
	version: z.string().min(1),
	purl: z.string().regex(/^pkg:(npm|deb|generic)\/[^@\s]+@\S+$/),
	licenses: z
		.array(
			z.union([z.object({ license: z.looseObject({}) }), z.object({ expression: z.string() })]),
		)
		.optional(),
	hashes: z
		.array(z.object({ alg: z.string(), content: z.string().regex(/^[0-9a-f]{32,128}$/) }))
		.optional(),
});
const Document = z.object({
	$schema: z.literal('http://cyclonedx.org/schema/bom-1.5.schema.json'),
	bomFormat: z.literal('CycloneDX'),
	specVersion: z.literal('1.5'),
	version: z.literal(1),
	metadata: z.object({
		tools: z.array(z.looseObject({ name: z.string() })),
		component: z.looseObject({ 'bom-ref': z.string(), name: z.literal('holdfast') }),
	}),
	components: z.array(Component),
	dependencies: z.array(z.object({ ref: z.string(), dependsOn: z.array(z.string()) })),
});

const status = `Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
`;

describe('the bill of materials of the supervisor image', () => {
	const folder = mkdtempSync(join(tmpdir(), 'hf-sbom-'));
	const [packages, dpkg, list] = ['packages', 'dpkg', 'list'].map((name) => join(folder, name));
	const run = (script: string, ...args: (string | undefined)[]): string => {
		const argv = [join(root, script), ...args.map(String)];
		return execFileSync(process.execPath, argv, { encoding: 'utf8', stdio: 'pipe' });
	};
	const make = (): string =>
		run('tools/build/sbom.mjs', ...['--packages', packages, '--dpkg', dpkg, '--dpkg', list]);
	let bundled: string[] = [];
	let document: z.infer<typeof Document>;
	before(function () {
		this.timeout(120_000);
		const outfile = join(folder, 'dist/main.cjs');
		run('tools/build/build.mjs', '--outfile', outfile, '--packages', packages);
		bundled = z.array(z.string()).parse(JSON.parse(readFileSync(String(packages), 'utf8')));
		writeFileSync(String(dpkg), status);
		writeFileSync(String(list), 'iptables 1.8.9-2 amd64\n');
		document = Document.parse(JSON.parse(make()));
	});
	after(() => rmSync(folder, { recursive: true }));

	const urls = (): string[] => document.components.map(({ purl }) => decodeURIComponent(purl));

	it('must name every package of the bundle, and no other of npm', () => {
		const ofNpm = urls().flatMap((url) => /^pkg:npm\/(.*)$/.exec(url)?.[1] ?? []);
		expect(ofNpm.sort()).to.deep.equal(bundled);
	});

	it('must know what is bundled: for the supervisor, for its page, beside it, and not for tests', () => {
		const names = bundled.map((text) => text.replace(/@[^@]+$/, ''));
		expect(names).to.include.members(['express', '@cypress/request', 'preact', 'sqlite3', 'zod']);
		expect(names).not.to.include.members(['mocha']);
		expect(names).not.to.include.members(['typescript']);
	});

	it('must name Node with its libraries, and the packages of Debian that are installed', () => {
		const node = document.components.find(({ name }) => name === 'node');
		expect(JSON.stringify(node)).to.include('openssl').and.include('"v8"');
		expect(urls().filter((url) => url.startsWith('pkg:deb/'))).to.deep.equal([
			'pkg:deb/debian/iptables@1.8.9-2?arch=amd64&distro=bookworm',
			'pkg:deb/debian/libc6@2.36-9+deb12u10?arch=amd64&distro=bookworm',
		]);
	});

	it('must name nothing twice, and depend only on what it names', () => {
		const refs = document.components.map((component) => component['bom-ref']);
		expect(new Set(refs).size).to.equal(refs.length);
		const known = new Set([...refs, document.metadata.component['bom-ref']]);
		for (const { ref, dependsOn } of document.dependencies) {
			expect([ref, ...dependsOn].filter((name) => !known.has(name))).to.deep.equal([]);
		}
	});
});
