#!/usr/bin/env node
// Writes the software bill of materials of the supervisor's image. See --help.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const help = `usage: node tools/build/sbom.mjs --packages FILE [OPTION …]
Writes a CycloneDX document of what is in the image: the npm packages that are in the bundle and beside it, as npm
itself describes them, Node with its own libraries, and Debian's packages. The same contents make the same document.

  --packages FILE   what "build.mjs --packages FILE" wrote
  --dpkg FILE       Debian's packages: its /var/lib/dpkg/status, or one NAME VERSION ARCHITECTURE a line; may come twice
  --out FILE        where to write (default: standard output)
  --help            this text`;

const root = join(import.meta.dirname, '../..');

/** Node's libraries, by the names of process.versions; the rest of that list are versions of interfaces and data. */
const nodeLibraries = [
	...[
		'acorn',
		'ada',
		'amaro',
		'ares',
		'brotli',
		'cjs_module_lexer',
		'llhttp',
		'nbytes',
		'ncrypto',
		'nghttp2',
	],
	...[
		'nghttp3',
		'ngtcp2',
		'openssl',
		'simdjson',
		'simdutf',
		'sqlite',
		'undici',
		'uv',
		'uvwasi',
		'v8',
		'zlib',
		'zstd',
	],
];

/** @returns what npm says of every package in node_modules */
function askNpm() {
	const options = { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 };
	const argv = ['sbom', '--sbom-format', 'cyclonedx', '--sbom-type', 'application'];
	return JSON.parse(execFileSync('npm', argv, { ...options, stdio: ['ignore', 'pipe', 'pipe'] }));
}

/** The name under which npm published a package; one that is installed under another name has its own there. */
const publishedAs = ({ purl }) =>
	decodeURIComponent(purl)
		.replace(/^pkg:npm\//, '')
		.replace(/\?.*$/, '');

/** @throws {Error} if npm does not know a package of the bundle */
function npmComponents(components, bundled) {
	const known = new Map(components.map((component) => [publishedAs(component), component]));
	return bundled.map((name) => {
		const component = known.get(name);
		if (component === undefined) throw new Error(`npm sbom knows nothing of ${name}`);
		const { scope: _scope, properties: _installed, ...facts } = component;
		return facts;
	});
}

function nodeComponent() {
	const { node } = process.versions;
	const parts = nodeLibraries.filter((name) => process.versions[name] !== undefined);
	return {
		'bom-ref': `node@${node}`,
		type: 'platform',
		name: 'node',
		version: node,
		purl: `pkg:generic/node@${node}`,
		cpe: `cpe:2.3:a:nodejs:node.js:${node}:*:*:*:*:*:*:*`,
		licenses: [{ license: { id: 'MIT' } }],
		components: parts.map((name) => ({
			'bom-ref': `node@${node}/${name}`,
			type: 'library',
			name,
			version: process.versions[name],
		})),
	};
}

/** Name, version and architecture of each package that a file of dpkg's or a list names. */
function readDebian(file) {
	const text = readFileSync(file, 'utf8');
	if (!/^Package: /m.test(text))
		return text
			.split('\n')
			.filter(Boolean)
			.map((line) => line.split(' '));
	const field = (block, name) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
	return text
		.split('\n\n')
		.filter((block) => field(block, 'Status')?.endsWith(' installed'))
		.map((block) => ['Package', 'Version', 'Architecture'].map((name) => field(block, name)));
}

function debianComponents(files) {
	return files.flatMap(readDebian).map(([name, version, arch]) => ({
		'bom-ref': `deb:${name}@${version}`,
		type: 'library',
		name,
		version,
		purl: `pkg:deb/debian/${name}@${encodeURIComponent(version)}?arch=${arch}&distro=bookworm`,
	}));
}

/** What depends on what, of the npm packages that are in. */
function dependenciesOf({ dependencies }, refs) {
	return dependencies
		.filter(({ ref }) => refs.has(ref))
		.map(({ ref, dependsOn }) => ({
			ref,
			dependsOn: dependsOn.filter((other) => refs.has(other)).sort(),
		}));
}

function makeDocument({ packages, dpkg }) {
	const bom = askNpm();
	const { name, version, description, license } = JSON.parse(
		readFileSync(join(root, 'package.json'), 'utf8'),
	);
	const subject = bom.metadata.component['bom-ref'];
	const npm = npmComponents(bom.components, JSON.parse(readFileSync(packages, 'utf8')));
	const components = [...npm, nodeComponent(), ...debianComponents(dpkg)];
	const unique = new Map(components.map((component) => [component['bom-ref'], component]));
	const sorted = [...unique.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1));
	const about = { name, version, description, licenses: [{ license: { id: license } }] };
	return {
		$schema: bom.$schema,
		bomFormat: bom.bomFormat,
		specVersion: bom.specVersion,
		version: 1,
		metadata: {
			tools: bom.metadata.tools,
			component: { 'bom-ref': subject, type: 'application', ...about },
		},
		components: sorted,
		dependencies: dependenciesOf(bom, new Set([subject, ...npm.map((one) => one['bom-ref'])])),
	};
}

function main() {
	const text = { type: 'string' };
	const {
		help: isHelp,
		out,
		packages,
		dpkg = [],
	} = parseArgs({
		options: {
			packages: text,
			dpkg: { ...text, multiple: true },
			out: text,
			help: { type: 'boolean' },
		},
	}).values;
	if (isHelp || packages === undefined) {
		process.stdout.write(`${help}\n`);
		process.exit(isHelp ? 0 : 2);
	}
	const document = `${JSON.stringify(makeDocument({ packages, dpkg }), null, '\t')}\n`;
	if (out === undefined) process.stdout.write(document);
	else writeFileSync(out, document);
}

main();
