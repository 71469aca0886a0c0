import { expect } from 'chai';
import { parseServiceComposition } from '../composition-parser.ts';

/** Fields of a composition that the former supervisor drops (contract 4.2), in a form that Compose allows. */
const given: Readonly<Record<string, unknown>> = {
	container_name: 'x',
	links: ['db'],
	external_links: ['db'],
	env_file: ['.env'],
	configs: ['x'],
	secrets: ['x'],
	profiles: ['debug'],
	extends: { service: 'x' },
	volumes_from: ['db'],
	isolation: 'hyperv',
	annotations: { a: '1' },
	storage_opt: { size: '1G' },
};

describe('a field of a composition without an effect', () => {
	for (const [name, value] of Object.entries(given)) {
		it(`must be told with its reason, and leave the service valid: ${name}`, () => {
			const result = parseServiceComposition({ [name]: value }, 'services.web');
			if (!result.ok) throw new Error(result.reasons.join('\n'));
			expect(result.value.ignored).to.have.length(1);
			expect(result.value.ignored[0]).to.match(new RegExp(`^${name}(\\[0\\])?: \\w+`));
		});
	}

	it('must not be told of a build, which the cloud or the command line has done', () => {
		const result = parseServiceComposition({ build: { context: '.' } }, 'services.web');
		expect(result.ok && result.value.ignored).to.deep.equal([]);
	});
});
