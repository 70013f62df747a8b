// The existing web client, on another origin than the server, in a real browser.
import { after, before, describe } from 'node:test';
import { arrives } from './kitchen/chapters/arrival.mjs';
import { takesItsTime } from './kitchen/chapters/expiry.mjs';
import { fillsTheFridge } from './kitchen/chapters/fridge.mjs';
import { renamesGroups } from './kitchen/chapters/groups.mjs';
import { isJudged } from './kitchen/chapters/judgement.mjs';
import { writesTheCookbook } from './kitchen/chapters/recipes.mjs';
import { searchesIt } from './kitchen/chapters/searches.mjs';
import { goesShopping } from './kitchen/chapters/shopping.mjs';
import { usesTwoTabs } from './kitchen/chapters/tabs.mjs';
import { putsAllAway } from './kitchen/chapters/week-end.mjs';
import { Story } from './kitchen/story.mjs';

describe('Somebody uses the web client', { concurrency: 2, timeout: 180_000 }, () => {
  tell('for a week', new Story('week'),
    arrives, writesTheCookbook, searchesIt, fillsTheFridge, renamesGroups, goesShopping, putsAllAway, usesTwoTabs);
  tell('on a slow day', new Story('slow day', { settings: { OCIPE_ACCESS_TTL: '2s' }, renewing: true }), takesItsTime);
});

// tell tells a story in chapters, each of which goes on where the one before it ended.
function tell(name, story, ...chapters) {
  describe(name, { concurrency: 1 }, () => {
    before(() => story.begin());
    after(() => story.end());
    for (const chapter of chapters) chapter(story);
    isJudged(story);
  });
}
