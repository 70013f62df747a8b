// The order of the page: that of the contract, but what ends something (a thing, all things, the session) stands in a
// group of its own, after everything that it would take away. So the page can be executed from top to bottom.
const endings = {
  name: 'Endings',
  description: 'Delete one thing, delete all of a kind, log out. Last, so that the examples of this page work from top to bottom.',
};

// EndingsLast moves operations to the last group; in the contract they stay with their tag.
export function EndingsLast({ Im }) {
  const taggedOperations = (original) => (...args) => {
    const groups = original(...args);
    const last = groups.toList().flatMap((group) => group.get('operations').filter(isEnding)).sortBy(rank);
    return groups
      .map((group) => group.update('operations', (operations) => operations.filterNot(isEnding)))
      .set(endings.name, Im.fromJS({ tagDetails: endings, operations: last }));
  };
  return { statePlugins: { spec: { wrapSelectors: { taggedOperations } } } };
}

const isEnding = (operation) => rank(operation) > 0;

function rank(operation) {
  if (operation.getIn(['operation', 'operationId']) === 'logout') return 3;
  if (operation.get('method') !== 'delete') return 0;
  return operation.get('path').includes('{') ? 1 : 2;
}
