import { join } from 'node:path';
import { expect } from 'chai';
import { parseCompose, readComposeProject } from './compose-file.ts';
import { PushError } from './errors.ts';

describe('parseCompose', () => {
	for (const c of [
		{ name: 'broken YAML', text: 'services: [', says: 'not valid YAML' },
		{ name: 'not a mapping', text: 'hello', says: 'expected object' },
		{ name: 'no services', text: 'version: "2"', says: 'has no services' },
		{ name: 'services of a wrong type', text: 'services: [a]', says: 'services' },
		{ name: 'a service that is text', text: 'services: {a: b}', says: 'services.a' },
		{
			name: 'nothing to make an image of',
			text: 'services: {a: {}}',
			says: 'neither build nor image',
		},
		{
			name: 'a build of a wrong type',
			text: 'services: {a: {build: 3}}',
			says: 'build of service a',
		},
		{ name: 'an anchor that is not there', text: 'services: *x', says: 'not valid YAML' },
	]) {
		it(`must say what is wrong: ${c.name}`, () => {
			expect(() => parseCompose(c.text))
				.to.throw(PushError, c.says)
				.with.property('code', 'COMPOSE_FILE_INVALID');
		});
	}

	for (const c of [
		{ name: 'a folder', build: './web', source: { context: './web', args: [] } },
		{
			name: 'all options',
			build: { context: 'a', dockerfile: 'D', target: 't', args: { A: 1, B: 'x' } },
			source: { context: 'a', dockerfile: 'D', target: 't', args: ['A=1', 'B=x'] },
		},
		{
			name: 'arguments as a list',
			build: { args: ['A=1'] },
			source: { context: '.', args: ['A=1'] },
		},
	]) {
		it(`must read a build of ${c.name}`, () => {
			const { sources } = parseCompose(JSON.stringify({ services: { web: { build: c.build } } }));
			const empty = { kind: 'build', dockerfile: undefined, target: undefined };
			expect(sources.get('web')).to.deep.equal({ ...empty, ...c.source });
		});
	}

	it('must read an image, merge keys, and keep the rest as it is', () => {
		const text =
			'x-base: &base {restart: always}\nservices:\n  db: {<<: *base, image: redis:7}\nvolumes: {d: {}}';
		const { sources, composition } = parseCompose(text);
		expect(sources.get('db')).to.deep.equal({ kind: 'pull', image: 'redis:7' });
		expect(composition.services.db).to.deep.equal({ restart: 'always', image: 'redis:7' });
		expect(composition.volumes).to.deep.equal({ d: {} });
	});
});

describe('readComposeProject', () => {
	it('must say which names it looked for', async () => {
		const failure: unknown = await readComposeProject(import.meta.dirname).catch(
			(err: unknown) => err,
		);
		expect(failure).to.have.property('code', 'NO_COMPOSE_FILE');
		expect(String(failure)).to.contain('docker-compose.yml');
	});

	it('must read the example', async () => {
		const dir = join(import.meta.dirname, '../../../examples/hello');
		const { sources } = await readComposeProject(dir);
		expect([...sources.keys()]).to.deep.equal(['web', 'worker']);
	});
});
