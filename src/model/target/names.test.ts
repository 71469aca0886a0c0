import { expect } from 'chai';
import { decodeTargetDevice } from '../target-document.ts';

const service = { id: 2, image_id: 3, image: 'r/web', environment: {}, labels: {} };

/** A document of one app with one service. */
function documentWith({
	name = 'x',
	config = {},
	uuid = 'a',
	app = {},
	labels = {},
}: {
	readonly name?: string;
	readonly config?: Record<string, unknown>;
	readonly uuid?: string;
	readonly app?: object;
	readonly labels?: Record<string, string>;
}) {
	const releases = { c1: { id: 7, services: { main: { ...service, labels } } } };
	return { name, config, apps: { [uuid]: { id: 1, name: 'hello', releases, ...app } } };
}

function faultOf(document: unknown): string {
	try {
		decodeTargetDevice(document);
		return 'none';
	} catch (err) {
		return String(err);
	}
}

describe('names in a target', () => {
	it('must be at most 255 characters for a device', () => {
		expect(faultOf(documentWith({ name: 'n'.repeat(255) }))).to.equal('none');
		expect(faultOf(documentWith({ name: 'n'.repeat(256) }))).to.include('name: must not be longer');
	});

	for (const name of ['A', '_a', 'RESIN_HOST_CONFIG_dtparam', 'a:b', 'A1:2']) {
		it(`must allow the configuration variable ${name}`, () => {
			const { config } = decodeTargetDevice(documentWith({ config: { [name]: 'v' } }));
			expect(config).to.deep.equal({ [name]: 'v' });
		});
	}
	for (const name of [':a', '1a', 'a-b', 'a.b', 'a b', '']) {
		it(`must refuse the configuration variable "${name}"`, () => {
			expect(faultOf(documentWith({ config: { [name]: 'v' } }))).to.include('must begin with');
		});
	}

	for (const name of ['with space', 'a"b', "a'b", 'a`b', 'größe', 'a\tb']) {
		it(`must refuse the label ${JSON.stringify(name)}`, () => {
			const { apps, rejected } = decodeTargetDevice(documentWith({ labels: { [name]: '1' } }));
			expect(apps).to.deep.equal([]);
			expect(rejected[0]?.reasons.join()).to.include('the name must be printable ASCII');
		});
	}

	it('must have every resin of a label that begins with io.resin. spelled balena, and no other', () => {
		const labels = { 'io.resin.my-resin.resin': '1', 'org.resin.x': '2' };
		const [app] = decodeTargetDevice(documentWith({ labels })).apps;
		expect(app?.release?.services[0]?.labels).to.deep.equal({
			'io.balena.my-balena.balena': '1',
			'org.resin.x': '2',
		});
	});

	it('must accept a device without a name', () => {
		expect(decodeTargetDevice(documentWith({ name: '' })).deviceName).to.equal('');
	});

	it('must refuse ids that JavaScript cannot tell apart', () => {
		const { rejected } = decodeTargetDevice(documentWith({ app: { id: '9007199254740993' } }));
		expect(rejected[0]?.reasons.join()).to.include('id: ');
	});
});

describe('apps of the operating system', () => {
	for (const uuid of [
		'52e35121417640b1b28a680504e4039b',
		'900de4f3cbac4b9bbd232885a35e407b',
		'2e66a95795c149959c69472a8c2f92b8',
		'531b357e155c480cbec0fdd33041a1f5',
		'6822565f766e413e96d9bebe2227cdcc',
	]) {
		it(`must know the supervisor's own app ${uuid}, and not run it`, () => {
			const { apps, supervisorApp } = decodeTargetDevice(documentWith({ uuid }));
			expect(apps).to.deep.equal([]);
			expect(supervisorApp?.appUuid).to.equal(uuid);
		});
	}

	const kept = [
		{},
		{ 'io.balena.image.class': 'service' },
		{ 'io.balena.image.store': 'data' },
		{ 'io.resin.image.class': 'service', 'io.resin.image.store': 'data' },
	];
	const leftOut = [
		{ 'io.balena.image.class': 'overlay' },
		{ 'io.balena.image.store': 'root' },
		{ 'io.balena.image.class': 'service', 'io.balena.image.store': 'root' },
	];
	const servicesWith = (labels: Record<string, string>) =>
		decodeTargetDevice(documentWith({ app: { is_host: true }, labels })).apps;
	for (const labels of kept) {
		it(`must keep the service of a host app with ${JSON.stringify(labels)}`, () => {
			expect(servicesWith(labels)).to.have.length(1);
		});
	}
	for (const labels of leftOut) {
		it(`must leave out the service of a host app with ${JSON.stringify(labels)}`, () => {
			expect(servicesWith(labels)).to.deep.equal([]);
		});
	}
});
