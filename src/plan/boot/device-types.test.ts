import { expect } from 'chai';
import { backendsFor } from './device-types.ts';

describe('backendsFor', () => {
	for (const { deviceType, osVersion = '6.0.0', backends } of [
		{ deviceType: 'raspberry-pi', backends: ['configTxt'] },
		{ deviceType: 'raspberrypi4-64', backends: ['configTxt'] },
		{ deviceType: 'fincm3', backends: ['configTxt'] },
		{ deviceType: 'rt-rpi-300', backends: ['configTxt'] },
		{ deviceType: '243390-rpi3', backends: ['configTxt'] },
		{ deviceType: 'nebra-hnt', backends: ['configTxt'] },
		{ deviceType: 'revpi-connect', backends: ['configTxt'] },
		{ deviceType: 'revpi-connect-s', backends: ['configTxt'] },
		{ deviceType: 'revpi-core-3', backends: ['configTxt'] },
		{ deviceType: 'revpi-connect-4', backends: ['configTxt'] },
		{ deviceType: 'revpi-connect-5', backends: [] },
		{ deviceType: 'jetson-nano', backends: ['extraUEnv'] },
		{ deviceType: 'jetson-nano-emmc', backends: ['extraUEnv'] },
		{ deviceType: 'jetson-nano-2gb-devkit', backends: ['extraUEnv'] },
		{ deviceType: 'jetson-tx2', backends: ['extraUEnv', 'odmdata'] },
		{
			deviceType: 'jetson-tx2',
			osVersion: '2.46.1+rev1',
			backends: ['extraUEnv', 'extlinux', 'odmdata'],
		},
		{ deviceType: 'jetson-tx2', osVersion: '2.47.0', backends: ['extraUEnv', 'odmdata'] },
		{ deviceType: 'jetson-tx2', osVersion: '2022.7.0', backends: ['extraUEnv', 'odmdata'] },
		{ deviceType: 'jetson-xavier', osVersion: '2.32.0', backends: ['extlinux'] },
		{ deviceType: 'astro-tx2', osVersion: '2.32.0', backends: ['extraUEnv', 'odmdata'] },
		{ deviceType: 'jetson-tx2-nx-devkit', backends: ['extraUEnv'] },
		{ deviceType: 'jetson-agx-orin-devkit', backends: ['powerAndFan', 'extraUEnv'] },
		{ deviceType: 'jetson-orin-nx-xavier-nx-devkit', backends: ['powerAndFan', 'extraUEnv'] },
		{ deviceType: 'jetson-orin-nano-devkit-nvme', backends: ['powerAndFan', 'extraUEnv'] },
		{ deviceType: 'imx8mm-var-som', backends: ['extraUEnv'] },
		{ deviceType: 'imx8m-var-dart', backends: ['extraUEnv'] },
		{ deviceType: 'imx8mm-var-dart-nrt', backends: ['extraUEnv'] },
		{ deviceType: 'iot-gate-imx8plus', backends: ['extraUEnv'] },
		{ deviceType: 'iot-gate-imx8plus-d1d8', backends: ['extraUEnv'] },
		{ deviceType: 'up-board', backends: ['configFs'] },
		{ deviceType: 'generic-amd64', backends: [] },
		{ deviceType: 'unknown', osVersion: '', backends: [] },
	]) {
		it(`must be ${backends.join(', ') || 'none'} but the splash for ${deviceType} ${osVersion}`, () => {
			const found = backendsFor({ deviceType, osVersion });
			expect(found).to.deep.equal([...backends, 'splash']);
		});
	}
});
