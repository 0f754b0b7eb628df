// In the place of a module of others that is not there: lunagrid was built without npm (cmake/NpmPackages.cmake).
export default null;
