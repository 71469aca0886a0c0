import { expect } from 'chai';
import { decodePreload } from './preload-document.ts';
import { decodeTargetDevice } from './target-document.ts';
import { updateStrategyOf, handoverTimeoutMs } from './update-strategy.ts';

const app = { appId: 7, name: 'old', commit: 'c1', imageId: 'r/old' };

function servicesOf(...apps: readonly object[]) {
	const target = decodeTargetDevice(decodePreload(apps).document);
	expect(target.rejected).to.deep.equal([]);
	return target.apps.map(({ appUuid, release }) => ({ appUuid, ...release?.services[0] }));
}

describe('a preload in the form of 2017', () => {
	it('must take strategy, time for a hand-over and restart policy from the configuration', () => {
		const config = {
			RESIN_SUPERVISOR_UPDATE_STRATEGY: 'hand-over',
			RESIN_SUPERVISOR_HANDOVER_TIMEOUT: '5000',
			RESIN_APP_RESTART_POLICY: 'on-failure',
		};
		const [service] = servicesOf({ ...app, env: {}, config });
		expect(updateStrategyOf(service?.labels ?? {})).to.equal('hand-over');
		expect(handoverTimeoutMs(service?.labels ?? {})).to.equal(5000);
		expect(service?.composition?.restart.Name).to.equal('on-failure');
	});

	it('must download then kill, and restart always, when the configuration says nothing', () => {
		const [service] = servicesOf(app);
		expect(updateStrategyOf(service?.labels ?? {})).to.equal('download-then-kill');
		expect(service?.composition?.restart.Name).to.equal('always');
		expect(service).to.include({ serviceName: 'main', serviceId: 1, imageId: 1, running: true });
	});

	it('must have all five features', () => {
		const [service] = servicesOf(app);
		expect(service?.labels).to.deep.equal({
			'io.balena.features.kernel-modules': '1',
			'io.balena.features.firmware': '1',
			'io.balena.features.dbus': '1',
			'io.balena.features.supervisor-api': '1',
			'io.balena.features.balena-api': '1',
		});
	});

	it('must leave out variables of the former supervisor, and no others', () => {
		const env = { RESIN_A: '1', RESIN: '1', RESINATE: '2', MY_RESIN_B: '3' };
		const [service] = servicesOf({ ...app, env });
		expect(service?.environment).to.deep.equal({ RESINATE: '2', MY_RESIN_B: '3' });
	});

	it('must tell several apps apart', () => {
		const uuids = servicesOf(app, { ...app, appId: 8 }).map(({ appUuid }) => appUuid);
		expect(uuids).to.deep.equal(['user-app', 'user-app-8']);
	});
});
