import { expect } from 'chai';
import { decodeTargetDevice } from '../target-document.ts';
import type { TargetState } from '../target.ts';

const service = { id: 2, image_id: 3, image: 'r/web', environment: {}, labels: {} };
const long = 'a'.repeat(255);

interface Given {
	readonly uuid?: string;
	readonly app?: object;
	readonly commit?: string;
	readonly release?: object;
	readonly serviceName?: string;
	readonly service?: object;
}

function decode(given: Given): TargetState {
	const { uuid = 'a', commit = 'c1', serviceName = 'web' } = given;
	const services = { [serviceName]: { ...service, ...given.service } };
	const releases = { [commit]: { id: 7, services, ...given.release } };
	const app = { id: 1, name: 'hello', releases, ...given.app };
	return decodeTargetDevice({ name: 'x', config: {}, apps: { [uuid]: app } });
}

const accepted: readonly (readonly [string, Given])[] = [
	['ids as decimal text', { app: { id: '1' }, release: { id: '7' }, service: { id: '2' } }],
	['an id of zero', { service: { image_id: 0 } }],
	['names as long as they may be', { uuid: long, commit: long, serviceName: long }],
	['an app that is a block', { app: { class: 'block' } }],
	['an app with a parent', { app: { parent_app: 'b', is_host: false } }],
	['keys nobody knows', { app: { a: 1 }, release: { b: 2 }, service: { c: 3 } }],
	['a contract of any form', { service: { contract: { type: 'x', any: [1] } } }],
	['volumes and networks that say nothing', { release: { volumes: { a: null }, networks: {} } }],
	['names with digits, dots and dashes', { serviceName: '0.web_a-b' }],
	['config variables with colons', { service: { environment: { _A1: '' } } }],
	['labels of any printable name', { service: { labels: { 'a.b/c:d{}': '' } } }],
];

const rejected: readonly (readonly [string, Given, string])[] = [
	['a negative id', { service: { id: -1 } }, 'services.web.id: must not be negative'],
	['an id with a fraction', { service: { id: 1.5 } }, 'services.web.id: must be an integer'],
	['an id that is empty', { release: { id: '' } }, 'id: must be an integer'],
	['no id', { app: { id: undefined } }, 'id: must be an integer'],
	['a long uuid', { uuid: `${long}a` }, 'the uuid must not be longer than 255 characters'],
	['a long name', { app: { name: `${long}a` } }, 'name: must not be longer than 255 characters'],
	[
		'a long image',
		{ service: { image: `${long}a` } },
		'services.web.image: must not be longer than 255 characters',
	],
	['an unknown class', { app: { class: 'x' } }, 'class: must be fleet, app or block'],
	['is_host as text', { app: { is_host: 'yes' } }, 'is_host: must be true or false'],
	['releases that are no map', { app: { releases: [] } }, 'releases: must be a map'],
	['running as text', { service: { running: 'yes' } }, 'services.web.running: must be true'],
	['a contract that is no map', { service: { contract: [] } }, 'services.web.contract: must be'],
	['labels that are no map', { service: { labels: [] } }, 'services.web.labels: must be a map'],
	[
		'a label value that is no string',
		{ service: { labels: { a: 1 } } },
		'services.web.labels.a: must be a string',
	],
	[
		'a bad name of a volume',
		{ release: { volumes: { '.a': {} } } },
		'volumes[".a"]: the name must start with a letter or digit',
	],
	[
		'a variable without a name in the composition',
		{ service: { composition: { environment: ['=x'] } } },
		'services.web.environment: must not have an empty name',
	],
];

describe('the grammar of a target', () => {
	for (const [name, given] of accepted) {
		it(`must accept ${name}`, () => {
			const { apps, rejected: refused } = decode(given);
			expect(refused).to.deep.equal([]);
			expect(apps).to.have.length(1);
		});
	}

	for (const [name, given, reason] of rejected) {
		it(`must reject an app with ${name}`, () => {
			const { apps, rejected: refused } = decode(given);
			expect(apps).to.deep.equal([]);
			expect(refused[0]?.reasons.join('\n')).to.include(reason);
		});
	}

	it('must take an image, a name or whether it runs never from the composition', () => {
		const composition = { image: 'other', running: false, labels: { a: '1' } };
		const [app] = decode({ service: { composition, labels: { a: '2' } } }).apps;
		expect(app?.release?.services[0]).to.deep.include({
			image: 'r/web',
			running: true,
			labels: { a: '2' },
		});
	});
});
