// A user uses the existing web client, on another origin than the server, in a real browser.
import { after, before, describe } from 'node:test';
import { testRegistration } from './visit/parts/registration.mjs';
import { testExpiredTokens } from './visit/parts/expired-tokens.mjs';
import { testFridge } from './visit/parts/fridge.mjs';
import { testGroups } from './visit/parts/groups.mjs';
import { testWholeVisit } from './visit/parts/whole-visit.mjs';
import { testRecipes } from './visit/parts/recipes.mjs';
import { testSearch } from './visit/parts/search.mjs';
import { testGroceries } from './visit/parts/grocery.mjs';
import { testTwoTabs } from './visit/parts/two-tabs.mjs';
import { testCleanUp } from './visit/parts/clean-up.mjs';
import { Visit } from './visit/visit.mjs';

describe('A user of the web client', { concurrency: 2, timeout: 3_600_000 }, () => {
  run('in a week', new Visit('week'),
    testRegistration, testRecipes, testSearch, testFridge, testGroups, testGroceries, testCleanUp, testTwoTabs);
  run('with access tokens that expire', new Visit('expired tokens', { settings: { OCIPE_ACCESS_TTL: '2s' }, renewing: true }), testExpiredTokens);
});

// run runs the parts of a visit. Each part continues where the previous part ended.
function run(name, visit, ...parts) {
  describe(name, { concurrency: 1 }, () => {
    before(() => visit.begin());
    after(() => visit.end());
    for (const part of parts) part(visit);
    testWholeVisit(visit);
  });
}
