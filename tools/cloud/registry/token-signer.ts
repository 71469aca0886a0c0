import { importPKCS8, SignJWT } from 'jose';
import type { Clock } from '../../../src/kit/clock.ts';
import type { Access } from './scope.ts';
import type { SigningKeys } from './certificate.ts';

export interface TokenClaims {
	/** User name of the Basic authentication; empty for an anonymous request. */
	subject: string;
	/** The registry that asked. */
	audience: string;
	access: readonly Access[];
}

/** Makes the token a registry checks, valid for four hours. */
export type TokenSigner = (claims: TokenClaims) => Promise<string>;

export interface SignerOptions {
	/** Called once, at the first token. */
	keys: () => Promise<SigningKeys>;
	issuer: string;
	clock: Clock;
}

const lifetimeSeconds = 4 * 3600;

const bodyOfPem = (pem: string): string => pem.replaceAll(/-----[^-]+-----|\s/g, '');

async function loadKey(keys: Promise<SigningKeys>) {
	const { privateKey, certificate } = await keys;
	return { key: await importPKCS8(privateKey, 'ES256'), chain: [bodyOfPem(certificate)] };
}

export function createTokenSigner({ keys, issuer, clock }: SignerOptions): TokenSigner {
	let loaded: ReturnType<typeof loadKey> | undefined;
	return async ({ subject, audience, access }) => {
		loaded ??= loadKey(keys());
		const { key, chain } = await loaded;
		const nowSeconds = Math.floor(clock.now().getTime() / 1000);
		return new SignJWT({ access })
			.setProtectedHeader({ alg: 'ES256', typ: 'JWT', x5c: chain })
			.setIssuer(issuer)
			.setAudience(audience)
			.setSubject(subject)
			.setJti(crypto.randomUUID())
			.setIssuedAt(nowSeconds)
			.setNotBefore(nowSeconds - 10)
			.setExpirationTime(nowSeconds + lifetimeSeconds)
			.sign(key);
	};
}
