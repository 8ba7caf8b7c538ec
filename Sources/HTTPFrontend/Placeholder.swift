// HTTPFrontend
