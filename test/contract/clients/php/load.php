<?php
// Loads all classes of a generated client, with Debian's Guzzle. Argument: the folder `lib` of the client.
error_reporting(E_ALL & ~E_DEPRECATED);
set_error_handler(function ($level, $message) {
    if (error_reporting() & $level) throw new ErrorException($message);
});
require '/usr/share/php/GuzzleHttp/autoload.php';

$lib = $argv[1];
spl_autoload_register(function ($class) use ($lib) {
    if (str_starts_with($class, 'OpenAPI\\Client\\')) require_once $lib . '/' . strtr(substr($class, 15), '\\', '/') . '.php';
});
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($lib, FilesystemIterator::SKIP_DOTS)) as $file) {
    require_once $file->getPathname();
}
echo count(array_filter(get_declared_classes(), fn ($class) => str_starts_with($class, 'OpenAPI\\Client\\'))), " classes\n";
